import { afterEach, describe, expect, it, vi } from 'vitest';
import { toolkitError } from '../errors.js';
import { formatError, formatErrors, formatWarning, hasColour, printError } from './format.js';

const problem = {
  what: 'cargo exited with status 101',
  why: 'a crate does not compile',
  remedy: 'fix the errors above',
};
const error = toolkitError('PROCESS_FAILED', { ...problem, output: 'error[E0308]\n\n' });
const lines = [
  'error[PROCESS_FAILED]: cargo exited with status 101',
  '  cause: a crate does not compile',
  '  help: fix the errors above',
].join('\n');

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('formatError', () => {
  it('prints code and what happened, then cause and help', () => {
    expect(formatError(error)).toBe(lines);
  });

  it('prints the location below the first line', () => {
    const located = toolkitError('PROCESS_FAILED', {
      ...problem,
      location: { file: 'a/Cargo.toml', line: 4 },
    });
    expect(formatError(located).split('\n').slice(0, 3)).toEqual([
      'error[PROCESS_FAILED]: cargo exited with status 101',
      '  --> a/Cargo.toml:4',
      '  cause: a crate does not compile',
    ]);
  });

  it('indents further lines of a cause and a help', () => {
    const long = toolkitError('PROCESS_FAILED', { what: 'a', why: 'b\nc', remedy: 'd:\n  e' });
    expect(formatError(long)).toBe(
      'error[PROCESS_FAILED]: a\n  cause: b\n         c\n  help: d:\n          e',
    );
  });

  it('adds the output of the failed process with --verbose', () => {
    expect(formatError(error, { verbose: true })).toBe(`${lines}\n\nerror[E0308]`);
    const silent = toolkitError('PROCESS_FAILED', problem);
    expect(formatError(silent, { verbose: true })).toBe(formatError(silent));
  });

  it('styles headings and labels in colour, and changes no text', () => {
    const located = toolkitError('PROCESS_FAILED', { ...problem, location: { file: 'a' } });
    const coloured = formatError(located, { colour: true });
    expect(coloured).toContain('\u001B[1m\u001B[31merror[PROCESS_FAILED]');
    // eslint-disable-next-line no-control-regex -- styles are what is removed
    expect(coloured.replaceAll(/\u001B\[\d+m/g, '')).toBe(formatError(located));
  });

  it.each([
    [new TypeError('x is undefined'), 'error[INTERNAL]: x is undefined'],
    ['a thrown text', 'error[INTERNAL]: a thrown text'],
    [undefined, 'error[INTERNAL]: undefined'],
  ])('reports %s, which is not a MillwrightError, as internal', (thrown, text) => {
    expect(formatError(thrown)).toBe(text);
  });

  it('shows the stack of an internal error with --verbose', () => {
    expect(formatError(new TypeError('x'), { verbose: true })).toMatch(
      /^error\[INTERNAL\]: TypeError: x\n +at .*format\.spec/,
    );
  });

  it('escapes control characters, and truncates very long lines', () => {
    const hostile = toolkitError('PROCESS_FAILED', {
      what: '\u001B[2Ja',
      why: 'b\u0007',
      remedy: `c\u202E${'x'.repeat(100_000)}`,
    });
    const shown = formatError(hostile);
    expect(shown).toMatch(/^error\[PROCESS_FAILED\]: \\x1b\[2Ja\n {2}cause: b\\x07\n {2}help: c\\u202ex+…$/);
    expect(shown.length).toBeLessThan(3_000);
    expect(formatError(new Error('\u001B[2J'))).toBe('error[INTERNAL]: \\x1b[2J');
  });
});

it('formats a warning like an error', () => {
  expect(formatWarning(error)).toBe(lines.replace('error[', 'warning['));
});

it('separates several errors by blank lines', () => {
  expect(formatErrors([error, error])).toBe(`${lines}\n\n${lines}`);
});

it.each([
  ['single error', error, lines],
  ['AggregateError', new AggregateError([error, error]), `${lines}\n\n${lines}`],
])('prints a %s to standard error', (_, thrown, text) => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.stubEnv('NO_COLOR', '1');
  printError(thrown);
  expect(print.mock.calls).toEqual([[text]]);
});

it.each<[env: NodeJS.ProcessEnv, isTerminal: boolean, expected: boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: 'true' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
])('with %j and a terminal: %s, colour is %s', (env, isTerminal, expected) => {
  expect(hasColour(env, isTerminal)).toBe(expected);
});
