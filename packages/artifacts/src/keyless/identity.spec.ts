import { expect, it } from 'vitest';
import { isIdentity } from './identity.js';

it.each<[expected: string, name: string, matches: boolean]>([
  ['me@example.org', 'me@example.org', true],
  ['me@example.org', 'me@example.org.evil.net', false],
  ['me@example.org', 'some.me@example.org', false],
  ['me@example.org', 'meXexample.org', false],
  ['me@example.org', 'ME@example.org', false],
  ['https://h/r/w.yml@refs/tags/*', 'https://h/r/w.yml@refs/tags/v1.2.3', true],
  ['https://h/r/w.yml@refs/tags/*', 'https://h/r/w.yml@refs/heads/main', false],
  ['https://h/r/w.yml@refs/tags/*', 'x https://h/r/w.yml@refs/tags/v1', false],
  ['https://h/*/w.yml@*', 'https://h/r/w.yml@refs/tags/v1', true],
  ['a*ba', 'aba', true],
  ['ab*ba', 'aba', false],
  ['a*b*b', 'ab', false],
  ['a*b*b', 'abb', true],
  ['*', '', true],
  ['', '', true],
  ['', 'x', false],
])('%s trusts %s: %s', (expected, name, matches) => {
  expect(isIdentity(expected, name)).toBe(matches);
});
