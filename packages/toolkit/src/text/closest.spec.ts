import { expect, it } from 'vitest';
import { closest, didYouMean } from './closest.js';

const options = ['features', 'defaultFeatures', 'platform', 'libc', 'glibc'];

it.each([
  ['feature', 'features'],
  ['default-features', 'defaultFeatures'],
  ['platfrom', 'platform'],
  ['Platform', 'platform'],
  ['lib', 'libc'],
  ['release', undefined],
  ['x', undefined],
])('suggests for %s: %s', (word, expected) => {
  expect(closest(word, options)).toBe(expected);
});

it('counts a swap of two letters as one edit', () => {
  expect(closest('linux/arm46', ['linux/arm64', 'linux/amd64'])).toBe('linux/arm64');
});

it('suggests nothing if no candidate is close', () => {
  expect(didYouMean('platfrom', options)).toBe(' (did you mean "platform"?)');
  expect(didYouMean('release', options)).toBe('');
  expect(didYouMean('release', [])).toBe('');
});
