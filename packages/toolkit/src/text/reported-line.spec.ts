import { expect, it } from 'vitest';
import { firstLine, lastLine } from './reported-line.js';

const silent = 'no error message was printed';

it.each([
  ['', silent, silent],
  [' \r\n\n', silent, silent],
  ['\nfatal: one\n  hint: two\r\n\n', 'fatal: one', 'hint: two'],
])('returns the first and the last nonblank line of %j', (output, first, last) => {
  expect([firstLine(output), lastLine(output)]).toEqual([first, last]);
});

it('says something of its own about a program that printed nothing', () => {
  expect(firstLine('', 'pkg-config does not find it')).toBe('pkg-config does not find it');
});
