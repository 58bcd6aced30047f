import { expect, it } from 'vitest';
import { isOlder, tooOldError } from './rust-version.js';

it.each([
  ['1.95.0', '1.99', true],
  ['1.95.0', '1.95', false],
  ['1.95.0', '1.95.1', true],
  ['1.95.0', '1', false],
  ['1.9.0', '1.10', true],
  ['1.97.0-nightly', '1.97', false],
  ['2.0.0', '1.99', false],
])('Rust %s is older than %s: %s', (version, required, expected) => {
  expect(isOlder(version, required)).toBe(expected);
});

it.each([
  [
    'error: rustc 1.95.0 is not supported by the following package:\n  app@0.1.0 requires rustc 1.99\n',
    'app@0.1.0',
  ],
  ['  this version of Cargo is older than the `2099` edition, and only supports `2015`', '2099'],
  [
    'error: failed to parse lock file\n\nCaused by:\n  lock file version `9` was found, but this version of Cargo does not',
    '9',
  ],
  ['supported edition values are `2015`, `2018`, `2021`, or `2024`, but `2999` is unknown', '2024'],
  ['feature `edition2024` is required', 'edition2024'],
])('recognizes the error %j', (log, detail) => {
  expect(tooOldError(log)).toMatchObject({
    code: 'RUST_TOO_OLD',
    why: expect.stringContaining(detail) as string,
  });
});

it.each([
  'error: could not compile `app`',
  'supported edition values are `2015`, `2018`, `2021`, or `2024`, but `2019` is unknown',
])('does not recognize the error %j', (log) => {
  expect(tooOldError(log)).toBeUndefined();
});
