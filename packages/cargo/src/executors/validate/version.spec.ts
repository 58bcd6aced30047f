import { expect, it } from 'vitest';
import { isNoVersion } from './version.js';

it.each([
  ['Windmill v1.533.1', false],
  ['Windmill v1.533.1-2-gabc1234', false],
  ['Windmill 4f2c1ab', true],
  ['Windmill v4f2c1ab09d', true],
  ['mill 0123456789abcdef0123456789abcdef01234567', true],
  ['mill 4f2c1ab-dirty', true],
  ['mill unknown-version', true],
  ['mill 1.2.3 (4f2c1ab 2026-01-01)', false],
  ['whole 1', false],
  ['mill defaced', false],
  ['mill 20261127', false],
  ['', false],
])('%j contains no version: %s', (output, expected) => {
  expect(isNoVersion(output)).toBe(expected);
});
