import { describe, expect, it } from 'vitest';
import { sharedErrors, toolkitError } from '../errors.js';
import { formatLocation } from './errors.js';

describe('MillwrightError', () => {
  it('uses the remedy of its code unless it is given one', () => {
    const error = toolkitError('PLATFORM_UNKNOWN', { what: 'a', why: 'b' });
    expect(error.remedy).toBe(sharedErrors.PLATFORM_UNKNOWN.remedy);
    expect(toolkitError('PLATFORM_UNKNOWN', { what: 'a', why: 'b', remedy: 'c' }).remedy).toBe('c');
  });

  it('is an Error with its code in the message, and a cause if there is one', () => {
    const cause = new Error('first');
    const error = toolkitError('PROCESS_FAILED', { what: 'cargo failed', why: 'b', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('PROCESS_FAILED: cargo failed');
    expect(error.cause).toBe(cause);
    expect('cause' in toolkitError('PROCESS_FAILED', { what: 'a', why: 'b' })).toBe(false);
  });
});

it.each([
  [{ file: 'a.toml' }, 'a.toml'],
  [{ file: 'a.toml', line: 3 }, 'a.toml:3'],
  [{ file: 'a.toml', line: 3, column: 7 }, 'a.toml:3:7'],
  [{ file: 'a.toml', line: undefined, column: 7 }, 'a.toml'],
])('formats the location %j as %s', (location, text) => {
  expect(formatLocation(location)).toBe(text);
});
