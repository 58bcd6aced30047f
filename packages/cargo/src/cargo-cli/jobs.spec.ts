import { describe, expect, it } from 'vitest';
import { requestedJobs, jobsFor, wasKilled, withJobs } from './jobs.js';

const gib = 1024 ** 3;

describe('the number of jobs depends on cores and memory', () => {
  it.each([
    [8, 32 * gib, undefined],
    [8, 8 * gib, undefined],
    [8, 3.5 * gib, 3],
    [8, 0.2 * gib, 1],
    [1, 0.2 * gib, undefined],
  ])('%i cores and %i bytes allow %s jobs', (cores, memory, expected) => {
    expect(jobsFor(cores, memory)).toBe(expected);
  });

  it.each<[readonly string[], Readonly<Record<string, string>>, unknown, number | undefined]>([
    [[], {}, undefined, undefined],
    [[], {}, 8, 8],
    [[], { CARGO_BUILD_JOBS: '3' }, 8, 3],
    [['-j2'], { CARGO_BUILD_JOBS: '3' }, 8, 2],
    [['--jobs', '4'], {}, undefined, 4],
    [['--jobs=5'], {}, undefined, 5],
    [[], {}, 'default', undefined],
  ])('%j, %j, %j: the user requested %s jobs', (args, env, configured, expected) => {
    expect(requestedJobs(args, env, configured)).toBe(expected);
  });

  it.each([
    [['build'], ['build', '--jobs', '2']],
    [
      ['build', '-j8', '--locked'],
      ['build', '--locked', '--jobs', '2'],
    ],
    [
      ['build', '--jobs', '8', '-v'],
      ['build', '-v', '--jobs', '2'],
    ],
    [
      ['build', '--jobs=8'],
      ['build', '--jobs', '2'],
    ],
  ])('sets two jobs in %j', (args, expected) => {
    expect(withJobs(args, 2)).toEqual(expected);
  });
});

it.each([
  ["process didn't exit successfully: `rustc …` (signal: 9, SIGKILL: kill)", undefined, true],
  ['collect2: fatal error: ld terminated with signal 9 [Killed]', undefined, true],
  ['gcc: fatal error: Killed signal terminated program cc1plus', undefined, true],
  ['', 'SIGKILL', true],
  ['', 'SIGTERM', false],
  ['error: signal 9 is not what you think', undefined, false],
] as const)('log %j and signal %s mean that a compiler was killed: %s', (log, signal, expected) => {
  expect(wasKilled(log, signal)).toBe(expected);
});
