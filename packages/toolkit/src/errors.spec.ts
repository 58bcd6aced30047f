import { describe, expect, it } from 'vitest';
import { catalogue, catalogueSections, type ErrorCode } from './error-catalogue/catalogue.js';
import { formatError, MillwrightError } from './errors.js';

describe('MillwrightError', () => {
  it("takes the catalogue's remedy where none is given", () => {
    const error = new MillwrightError('PLATFORM_UNKNOWN', { what: 'a', why: 'b' });
    expect(error.remedy).toBe(catalogue.PLATFORM_UNKNOWN.remedy);
    expect(new MillwrightError('PLATFORM_UNKNOWN', { what: 'a', why: 'b', remedy: 'c' }).remedy).toBe('c');
  });

  it('is an Error with its code in the message, and a cause where there is one', () => {
    const cause = new Error('first');
    const error = new MillwrightError('PROCESS_FAILED', { what: 'cargo failed', why: 'b', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('PROCESS_FAILED: cargo failed');
    expect(error.cause).toBe(cause);
    expect('cause' in new MillwrightError('PROCESS_FAILED', { what: 'a', why: 'b' })).toBe(false);
  });
});

describe('formatError', () => {
  const error = new MillwrightError('PROCESS_FAILED', {
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
    const silent = new MillwrightError('PROCESS_FAILED', { what: 'a', why: 'b', remedy: 'c' });
    expect(formatError(silent, true)).toBe(formatError(silent));
  });

  it.each([
    [new TypeError('x is undefined'), 'INTERNAL: x is undefined'],
    ['a thrown text', 'INTERNAL: a thrown text'],
    [undefined, 'INTERNAL: undefined'],
  ])('marks %s, which is not of the catalogue, as internal', (thrown, text) => {
    expect(formatError(thrown)).toBe(text);
  });

  it('shows where an internal error arose where it is verbose', () => {
    expect(formatError(new TypeError('x'), true)).toMatch(/^INTERNAL: TypeError: x\n +at .*errors\.spec/);
  });
});

describe('the catalogue', () => {
  it('has no code in two of its sections', () => {
    const codes = catalogueSections.flatMap(({ entries }) => Object.keys(entries));
    expect(codes.sort()).toEqual(Object.keys(catalogue).sort());
  });

  it.each(Object.keys(catalogue) as ErrorCode[])('says what %s means and what to do', (code) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(catalogue[code].meaning).toMatch(/\.$/);
    expect(catalogue[code].remedy).not.toBe('');
  });
});
