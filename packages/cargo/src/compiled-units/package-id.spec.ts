import { expect, it } from 'vitest';
import { parsePackageId } from './package-id.js';

const registry = 'registry+https://github.com/rust-lang/crates.io-index';

it.each([
  [`${registry}#log@0.4.29`, 'log', '0.4.29', registry],
  ['sparse+https://host.example/index/#log@0.4.29', 'log', '0.4.29', 'sparse+https://host.example/index/'],
  ['path+file:///a/app#0.1.0', 'app', '0.1.0', 'path+file:///a/app'],
  ['path+file:///a/my%20app#0.1.0', 'my app', '0.1.0', 'path+file:///a/my%20app'],
  ['path+file:///a/folder#app@0.1.0+build', 'app', '0.1.0+build', 'path+file:///a/folder'],
  [
    'git+https://host.example/a/b.git?branch=main#1.0.0',
    'b',
    '1.0.0',
    'git+https://host.example/a/b.git?branch=main',
  ],
  ['git+ssh://git@host.example/a#x@1.0.0', 'x', '1.0.0', 'git+ssh://git@host.example/a'],
  [`log 0.4.20 (${registry})`, 'log', '0.4.20', registry],
  ['x 1.0.0 (git+https://host.example/a?tag=v1#0123abc)', 'x', '1.0.0', 'git+https://host.example/a?tag=v1'],
])('parses %s', (id, name, version, source) => {
  expect(parsePackageId(id)).toEqual({ name, version, source });
});

it('does not parse other texts', () => {
  expect(parsePackageId('log')).toBeUndefined();
});
