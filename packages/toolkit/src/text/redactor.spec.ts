import { describe, expect, it } from 'vitest';
import { Redactor } from './redactor.js';

describe('Redactor', () => {
  it.each<[string, readonly string[], string, string]>([
    ['the longest of several', ['flour', 'flour-and-water'], 'flour-and-water flour', '*** ***'],
    ['each line of a secret', ['one line\nother line'], 'the other line', 'the ***'],
    ['no short word', ['abc'], 'abc', 'abc'],
    ['text before and after a secret', ['flour'], 'xfloury', 'x***y'],
    ['overlapping secrets as one', ['abcdef', 'defghi'], 'xabcdefghix', 'x***x'],
    ['a secret within another', ['abcdefgh', 'cdef'], 'abcdefgh cdef abcdefg', '*** *** ab***g'],
    ['a secret after a part of itself', ['aaab'], 'aaaab', 'a***'],
    ['a secret of other scripts', ['größer😀'], 'ist größer😀!', 'ist ***!'],
    ['nothing without secrets', [], 'flour', 'flour'],
    ['consecutive secrets', ['flour'], 'flourflour', '******'],
  ])('masks %s', (_, secrets, text, expected) => {
    expect(new Redactor(secrets).clean(text)).toBe(expected);
  });

  it.each([
    ['at postgres://mill:mill@db/mill', 'at postgres://mill:***@db/mill'],
    ['https://:token@example.org', 'https://:***@example.org'],
    ['https://user:p@ss@example.org/x@y', 'https://user:***@example.org/x@y'],
    ['a://b:c@d and e://f:g@h', 'a://b:***@d and e://f:***@h'],
    ['https://example.org:80/a@b', 'https://example.org:80/a@b'],
    ['https://user@example.org:80', 'https://user@example.org:80'],
    ['see "https://a:b" and c@d', 'see "https://a:b" and c@d'],
    ['ssh://git@host', 'ssh://git@host'],
  ])('redacts passwords in URLs: %s', (text, expected) => {
    expect(new Redactor([]).clean(text)).toBe(expected);
  });

  it('takes linear time for adversarial texts and secrets', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `${'a'.repeat(20)}${index}`);
    const redactor = new Redactor(['a'.repeat(10_000), ...many, `${'ab'.repeat(10_000)}c`]);
    for (const text of [
      'a.'.repeat(500_000),
      'a'.repeat(9_000),
      'ab'.repeat(500_000),
      'a://'.repeat(300_000),
    ])
      expect(redactor.clean(text)).toContain('a');
    expect(new Redactor([]).clean(`a://${'b:'.repeat(500_000)}`)).toContain('b:b');
  });
});
