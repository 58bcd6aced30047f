import { describe, expect, it } from 'vitest';
import { sharedErrors, toolkitError } from '../errors.js';
import { formatError } from './errors.js';

describe('MillwrightError', () => {
  it('takes the remedy of its code where none is given', () => {
    const error = toolkitError('PLATFORM_UNKNOWN', { what: 'a', why: 'b' });
    expect(error.remedy).toBe(sharedErrors.PLATFORM_UNKNOWN.remedy);
    expect(toolkitError('PLATFORM_UNKNOWN', { what: 'a', why: 'b', remedy: 'c' }).remedy).toBe('c');
  });

  it('is an Error with its code in the message, and a cause where there is one', () => {
    const cause = new Error('first');
    const error = toolkitError('PROCESS_FAILED', { what: 'cargo failed', why: 'b', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('PROCESS_FAILED: cargo failed');
    expect(error.cause).toBe(cause);
    expect('cause' in toolkitError('PROCESS_FAILED', { what: 'a', why: 'b' })).toBe(false);
  });
});

describe('formatError', () => {
  const error = toolkitError('PROCESS_FAILED', {
    what: 'cargo ended with 101',
    why: 'a crate does not compile',
    remedy: 'Mend it.',
    output: 'error[E0308]\n\n',
  });
  const lines = 'PROCESS_FAILED: cargo ended with 101\n  why: a crate does not compile\n  do:  Mend it.';

  it('is three lines: code and what, why, what to do', () => {
    expect(formatError(error)).toBe(lines);
  });

  it("adds the process's own output where it is verbose", () => {
    expect(formatError(error, true)).toBe(`${lines}\n\nerror[E0308]`);
    const silent = toolkitError('PROCESS_FAILED', { what: 'a', why: 'b', remedy: 'c' });
    expect(formatError(silent, true)).toBe(formatError(silent));
  });

  it.each([
    [new TypeError('x is undefined'), 'INTERNAL: x is undefined'],
    ['a thrown text', 'INTERNAL: a thrown text'],
    [undefined, 'INTERNAL: undefined'],
  ])('marks %s, which is no error of ours, as internal', (thrown, text) => {
    expect(formatError(thrown)).toBe(text);
  });

  it('shows what comes from files without its control characters, and no more of it than can be read', () => {
    const error = toolkitError('PROCESS_FAILED', {
      what: '\u001B[2Ja',
      why: 'b\u0007',
      remedy: `c\u202E${'x'.repeat(100_000)}`,
    });
    const shown = formatError(error);
    expect(shown).toMatch(/^PROCESS_FAILED: \\x1b\[2Ja\n {2}why: b\\x07\n {2}do: {2}c\\u202ex+…$/);
    expect(shown.length).toBeLessThan(3_000);
    expect(formatError(new Error('\u001B[2J'))).toBe('INTERNAL: \\x1b[2J');
  });

  it('shows where an internal error arose where it is verbose', () => {
    expect(formatError(new TypeError('x'), true)).toMatch(/^INTERNAL: TypeError: x\n +at .*errors\.spec/);
  });
});
