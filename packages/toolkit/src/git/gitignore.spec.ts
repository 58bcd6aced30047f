import { expect, it } from 'vitest';
import { withIgnored } from './gitignore.js';

it.each([
  ['an empty file', '', 'target/\n'],
  ['a last line without an end', 'x', 'x\ntarget/\n'],
  ['the entry itself', 'target/\n', 'target/\n'],
  ['the entry in another spelling', '/target\n', '/target\n'],
])('an entry is added once: %s', (_, text, expected) => {
  expect(withIgnored(text, ['target/'])).toBe(expected);
});

it("nothing is added below an entry that covers Nx's whole folder", () => {
  expect(withIgnored('.nx\n', ['.nx/cache'])).toBe('.nx\n');
});
