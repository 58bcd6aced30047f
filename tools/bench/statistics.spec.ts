import { expect, it } from 'vitest';
import { median, pairwise } from './statistics.ts';

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('median(%j) is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

it('compares round by round, so that a slow round affects both', () => {
  expect(pairwise([2, 20, 2], [1, 10, 1], (one, other) => one / other)).toBe(2);
});
