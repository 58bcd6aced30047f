import { describe, expect, it } from 'vitest';
import { MemberPattern } from './member-pattern.js';

describe('MemberPattern', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['crates/*', ['crates/a', 'crates/.a'], ['crates', 'crates/a/b', 'other/a']],
    ['*', ['a'], ['a/b']],
    ['a?c', ['abc', 'a.c'], ['ac', 'abbc', 'a/c']],
    ['a*b*c', ['abc', 'aXbYc', 'abcbc'], ['ab', 'acb', 'abcd']],
    ['**/a', ['a', 'x/a', 'x/y/a'], ['x/ab', 'a/x']],
    ['a/**', ['a', 'a/b', 'a/b/c'], ['b']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['a/b/c']],
    ['[ab]c', ['ac', 'bc'], ['cc', '[ab]c']],
    ['[!ab]c', ['cc'], ['ac', 'bc', 'c']],
    ['[a-cx]', ['a', 'b', 'x'], ['d', '-']],
    ['[]a]', [']', 'a'], ['b']],
    ['[!]]', ['a'], [']']],
    ['a[b', ['a[b'], ['ab']],
    ['a{b,c}', ['a{b,c}'], ['ab', 'ac']],
    ['a(b|c)', ['a(b|c)'], ['ab']],
    ['a\\b', ['a\\b'], ['ab']],
    ['ä?', ['äß', 'ä😀'], ['ä']],
  ])('%s matches the expected folders', (pattern, matching, others) => {
    const parsed = new MemberPattern(pattern);
    expect(matching.filter((path) => !parsed.matches(path))).toEqual([]);
    expect(others.filter((path) => parsed.matches(path))).toEqual([]);
  });

  it.each([
    ['many stars in one name', `${'*a'.repeat(100)}b`, 'a'.repeat(255)],
    ['many stars for folders', `${'**/a/'.repeat(100)}b`, 'a/'.repeat(1000)],
  ])('matches %s in linear time', (_, pattern, path) => {
    expect(new MemberPattern(pattern).matches(path)).toBe(false);
  });

  it('parses unclosed brackets in linear time', () => {
    const started = performance.now();
    expect(new MemberPattern('['.repeat(1_000_000)).matches('a')).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
