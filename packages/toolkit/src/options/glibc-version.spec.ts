import { expect, it } from 'vitest';
import { glibcVersion } from './glibc-version.js';

it.each<[unknown, string | undefined]>([
  ['2.28', '2.28'],
  [2.3, '2.30'],
  [2.28, '2.28'],
  ['2.3', undefined],
  ['3.28', undefined],
  ['2.28 ', undefined],
  [true, undefined],
])('parses %j as %j', (value, expected) => {
  const { data } = glibcVersion.safeParse(value);
  expect(data).toBe(expected);
});
