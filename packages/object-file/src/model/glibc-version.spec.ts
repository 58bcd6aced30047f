import { describe, expect, it } from 'vitest';
import { compareVersions, glibcRelease } from './glibc-version.js';

describe('compareVersions', () => {
  it.each([
    ['2.9', '2.34', -1],
    ['2.34', '2.9', 1],
    ['2.2.5', '2.2', 1],
    ['2.34', '2.34.0', 0],
    ['3', '2.99', 1],
  ])('orders %s and %s by value', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});

describe('glibcRelease', () => {
  it.each([
    ['GLIBC_2.34', '2.34'],
    ['GLIBC_2.2.5', '2.2.5'],
    ['GLIBC_ABI_DT_RELR', '2.36'],
    ['GLIBC_PRIVATE', undefined],
    ['GLIBCXX_3.4.30', undefined],
    ['GCC_3.0', undefined],
  ])('of %s is %s', (version, release) => {
    expect(glibcRelease(version)).toBe(release);
  });
});
