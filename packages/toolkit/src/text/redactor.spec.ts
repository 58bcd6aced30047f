import { describe, expect, it } from 'vitest';
import { Redactor } from './redactor.js';

describe('Redactor', () => {
  it.each<[string, readonly string[], string, string]>([
    ['the longest of several', ['flour', 'flour-and-water'], 'flour-and-water flour', '*** ***'],
    ['each line of a secret', ['one line\nother line'], 'the other line', 'the ***'],
    ['no short word', ['abc'], 'abc', 'abc'],
    ['what is left and right of a secret', ['flour'], 'xfloury', 'x***y'],
    ['secrets that overlap, as one', ['abcdef', 'defghi'], 'xabcdefghix', 'x***x'],
    ['a secret within another', ['abcdefgh', 'cdef'], 'abcdefgh cdef abcdefg', '*** *** ab***g'],
    ['a secret behind a part of itself', ['aaab'], 'aaaab', 'a***'],
    ['a secret of other scripts', ['größer😀'], 'ist größer😀!', 'ist ***!'],
    ['nothing where there are no secrets', [], 'flour', 'flour'],
    ['each of several in a row', ['flour'], 'flourflour', '******'],
  ])('strikes out %s', (_, secrets, text, expected) => {
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
  ])('strikes passwords out of URLs: %s', (text, expected) => {
    expect(new Redactor([]).clean(text)).toBe(expected);
  });

  it('takes linear time for texts and secrets that are made to take more', () => {
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
