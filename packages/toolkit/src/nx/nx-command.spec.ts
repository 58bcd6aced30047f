import { expect, it } from 'vitest';
import { optionValues, parseNxCommand } from './nx-command.js';

const parse = (line: string) => parseNxCommand(['node', 'nx', ...line.split(' ')]);

it.each([
  ['run app:build:dev --features=x', 'app', 'build', ['app:build:dev', '--features=x'], undefined],
  ['build app --features=x', 'app', 'build', ['app', '--features=x'], undefined],
  ['build --features=x', undefined, 'build', ['--features=x'], undefined],
  ['run-many -t build --platform=x', undefined, undefined, ['-t', 'build', '--platform=x'], undefined],
  ['affected -t build', undefined, undefined, ['-t', 'build'], undefined],
  ['run app:run --bin=x -- --once y', 'app', 'run', ['app:run', '--bin=x'], ['--once', 'y']],
  [
    'run --project app --target build',
    undefined,
    undefined,
    ['--project', 'app', '--target', 'build'],
    undefined,
  ],
])('nx %s', (line, project, target, beforeSeparator, afterSeparator) => {
  expect(parse(line)).toEqual({ project, target, beforeSeparator, afterSeparator });
});

it('returns the values of an option in both spellings', () => {
  const args = ['--target=a', '--targets=b', '--target', 'c', '-t', 'd'];
  expect(optionValues('target', args)).toEqual(['a', 'c']);
});
