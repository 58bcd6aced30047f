import { expect, it } from 'vitest';
import { rejectDroppedOptions } from './dropped-options.js';

const refuse = (line: string) => {
  rejectDroppedOptions(['node', 'nx', ...line.split(' ')], (project) => project === 'tool');
};

it.each([
  ['run tool:build --platform=linux/arm64 -- -x', 'nx run tool:build --platform=linux/arm64, without `--`'],
  ['build tool --ldflags=-w -- x', 'nx run tool:build --ldflags=-w, without `--`'],
  ['test tool --race -- -v', 'nx run tool:test --race, without `--`'],
  ['run tool:run --program=second -- --once', '--program=second --args=<argument>'],
])('rejects nx %s, and suggests a replacement', (line, remedy) => {
  expect(() => {
    refuse(line);
  }).toThrow(
    expect.objectContaining({
      code: 'OPTION_NOT_PASSED',
      remedy: expect.stringContaining(remedy) as string,
    }) as Error,
  );
});

it.each([
  'run tool:build --platform=linux/arm64',
  'run tool:run -- --program=x',
  'run tool:run --skip-nx-cache -- --once',
  'run web:build --platform=browser -- x',
  'run-many -t build --tags=x',
])('accepts nx %s', (line) => {
  expect(() => {
    refuse(line);
  }).not.toThrow();
});
