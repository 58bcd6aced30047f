import { describe, expect, it } from 'vitest';
import { formatSha256, formatVersion, parseExecutable, parseSha256 } from './side-files.js';

const digest = 'a'.repeat(64);

describe('parseSha256', () => {
  it.each([
    ['the output of formatSha256', formatSha256(digest, 'my app'), 'my app', digest],
    ['the binary mark of sha256sum', `${digest} *x\n`, 'x', digest],
    ['a missing line break', `${digest}  x`, 'x', digest],
    ["another file's line", `${digest}  y\n`, 'x', undefined],
    ['a truncated digest', `${digest.slice(1)}  x\n`, 'x', undefined],
    ['two lines', `${digest}  x\n${digest}  x\n`, 'x', undefined],
    ['nothing', '', 'x', undefined],
  ])('reads %s', (_, text, name, expected) => {
    expect(parseSha256(text, name)).toBe(expected);
  });
});

describe('formatVersion', () => {
  it('is independent of the order of keys', () => {
    const one = formatVersion({ profile: 'release', toolchain: { rustc: '1.93.0', host: 'x' } }, true);
    const other = formatVersion({ toolchain: { host: 'x', rustc: '1.93.0' }, profile: 'release' }, true);
    expect(one).toBe(other);
    expect(Object.keys(JSON.parse(one) as object)).toEqual(['executable', 'profile', 'toolchain']);
  });

  it('keeps the order of lists, and null', () => {
    expect(JSON.parse(formatVersion({ features: ['b', 'a'], revision: null }, false))).toEqual({
      executable: false,
      features: ['b', 'a'],
      revision: null,
    });
  });
});

describe('parseExecutable', () => {
  it.each([
    [formatVersion({}, true), true],
    [formatVersion({}, false), false],
    ['{"executable": "yes"}', undefined],
    ['[]', undefined],
    ['null', undefined],
    ['half of a f', undefined],
  ])('reads %j as %s', (text, expected) => {
    expect(parseExecutable(text)).toBe(expected);
  });
});
