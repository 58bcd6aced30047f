import { expect, it } from 'vitest';
import { withIgnored } from './gitignore.js';

it.each([
  ['an empty file', '', 'target/\n'],
  ['a last line without an end', 'x', 'x\ntarget/\n'],
  ['the entry itself', 'target/\n', 'target/\n'],
  ['the entry in another spelling', '/target\n', '/target\n'],
])('adds an entry once: %s', (_, text, expected) => {
  expect(withIgnored(text, ['target/'])).toBe(expected);
});

it('adds nothing inside .nx if the whole folder is ignored', () => {
  expect(withIgnored('.nx\n', ['.nx/cache'])).toBe('.nx\n');
});
