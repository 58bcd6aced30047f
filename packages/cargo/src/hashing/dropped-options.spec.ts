import { MillwrightError } from '@millwright/toolkit';
import { expect, it } from 'vitest';
import { rejectDroppedOptions } from './dropped-options.js';

const projects = new Set(['app', 'worker']);
const check = (line: string) => {
  rejectDroppedOptions(['node', 'nx', ...line.split(' ')], projects);
};

it.each([
  ['run app:build --target=aarch64-unknown-linux-gnu', 'nx run app:build --platform=linux/arm64'],
  [
    'run app:build --target aarch64-unknown-linux-musl',
    'nx run app:build --platform=linux/arm64 --libc=musl',
  ],
  ['run app:build-linux-amd64 --target=nonsense', 'define a target in project.json'],
  ['run app:build --target=thumbv7em-none-eabihf', 'define a target in project.json'],
  ['run-many -t build --target=aarch64-unknown-linux-gnu', 'nx run <project>:build --platform=linux/arm64'],
  ['affected --targets=build,x86_64-unknown-linux-musl', '--platform=linux/amd64 --libc=musl'],
  ['run worker:run --bin=worker -- --once', 'nx run worker:run --bin=worker --args=<argument>'],
  [
    'run app:build --no-default-features -- --verbose',
    'nx run app:build --no-default-features, without `--`',
  ],
])('rejects nx %s, and suggests the correct command', (line, remedy) => {
  let thrown: unknown;
  try {
    check(line);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MillwrightError);
  expect(thrown).toMatchObject({
    code: 'OPTION_NOT_PASSED',
    remedy: expect.stringContaining(remedy) as string,
  });
});

it.each([
  'run app:build --platform=linux/arm64 --features=x',
  'run app:build -- --features=x',
  'run worker:run -- --target=x --features=y',
  'run worker:run --skip-nx-cache -- --once',
  'run --project app --target build',
  'run web:build --target=es2022',
  'build web --target=es2022 --features=x -- y',
  'run-many --target=build --projects=app',
  'run-many -t build-linux-amd64 build-x86_64',
  'affected --targets=build,test',
])('accepts nx %s', (line) => {
  expect(() => {
    check(line);
  }).not.toThrow();
});
