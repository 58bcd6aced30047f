import { expect, it } from 'vitest';
import { FileIndex } from './file-index.js';

const paths = ['a/.hidden', 'a/b.rs', 'a/c/d.rs', 'a[1]/x.rs', 'ab/e.rs', 'target/f', 'z.toml'];
const index = new FileIndex(new Map(paths.map((path) => [path, `digest of ${path}`])));

it.each([
  [['a/**/*'], ['a/.hidden', 'a/b.rs', 'a/c/d.rs']],
  [['a/*.rs'], ['a/b.rs']],
  [['**/*.rs'], ['a/b.rs', 'a/c/d.rs', 'a[1]/x.rs', 'ab/e.rs']],
  [
    ['**/*', '!target/**/*', '!a/**/*'],
    ['a[1]/x.rs', 'ab/e.rs', 'z.toml'],
  ],
  [['a\\[1\\]/**/*'], ['a[1]/x.rs']],
  [['{z.toml,nothing}'], ['z.toml']],
  [['a'], []],
  [['third_party/mil[l]'], []],
])('%j match %j', (patterns, expected) => {
  expect([...index.matching(patterns).keys()].sort()).toEqual(expected);
});

it('gives the digests of what matches', () => {
  expect(index.matching(['z.toml']).get('z.toml')).toBe('digest of z.toml');
});
