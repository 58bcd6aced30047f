import { expect, it } from 'vitest';
import { formatCount, formatSeconds, formatSize } from './units.js';

it.each([
  [0, '0.0 s'],
  [0.44, '0.4 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [119.4, '119 s'],
  [119.6, '2 min 0 s'],
  [179.7, '3 min 0 s'],
  [200, '3 min 20 s'],
])('formats %s seconds as %s', (seconds, shown) => {
  expect(formatSeconds(seconds)).toBe(shown);
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [300 * 1024 ** 2, '300.0 MiB'],
  [10 * 1024 ** 3, '10.0 GiB'],
  [2048 * 1024 ** 4, '2048.0 TiB'],
])('formats %s bytes as %s', (bytes, shown) => {
  expect(formatSize(bytes)).toBe(shown);
});

it.each([
  [0, '0 crates'],
  [1, '1 crate'],
  [2, '2 crates'],
])('formats a count of %s as %s', (count, shown) => {
  expect(formatCount(count, 'crate')).toBe(shown);
});
