import { describe, expect, it } from 'vitest';
import { announceArguments, argumentsFor, ownOptions, programArguments } from './program-arguments.js';

it.each<[string, readonly string[]]>([
  ['--once', ['--once']],
  ['--once -v input.txt', ['--once', '-v', 'input.txt']],
  ['--bin=worker --once', ['--once']],
  ['--bin worker input.txt', ['input.txt']],
  ['--no-default-features --features a,b --count 3', ['--count', '3']],
  ['--all-features --quiet', ['--quiet']],
  ['--env.LOG=debug --port=1', ['--port=1']],
  ['--args=--first --second', ['--second']],
  ['--port 80 --bin worker', ['--port', '80']],
])('passes from `%s` to the program %j', (line, expected) => {
  const options = ['bin', 'features', 'defaultFeatures', 'allFeatures', 'env', 'args'];
  expect(programArguments(line.split(' '), options)).toEqual(expected);
});

describe('the options of the executor itself', () => {
  const merged = { bin: 'worker', once: true, features: ['a'] };
  const context = { target: { options: { features: ['a'] } } };

  it('are those that it declares; the others are left to the program', () => {
    expect(ownOptions(merged, ['bin'], context, {})).toEqual({ bin: 'worker', features: ['a'] });
  });

  it('are only those of the target if the command line has `--`', () => {
    const env = {};
    announceArguments(['node', 'nx', 'run', 'x:run', '--', '--bin=worker'], env);
    expect(ownOptions(merged, ['bin'], context, env)).toEqual({ features: ['a'] });
    expect(argumentsFor([], ['bin'], env)).toEqual(['--bin=worker']);
  });
});
