import { expect, it } from 'vitest';
import { randomOf } from './random.ts';

it('randomOf is deterministic, and spreads over cases and purposes', () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => randomOf(index, 'moment'));
  expect(randomOf(7, 'moment')).toBe(numbers[7]);
  expect(new Set(numbers).size).toBe(1000);
  expect(numbers.filter((one) => one < 0.5).length).toBeGreaterThan(400);
  expect(numbers.filter((one) => one < 0.5).length).toBeLessThan(600);
  expect(randomOf(7, 'other')).not.toBe(numbers[7]);
});
