import { expect, it } from 'vitest';
import { readRepository } from '../manifests/repository.js';
import { formatCrateList, listCrates } from '../executors/update/crate-list.js';
import { changesBetween, overviewOf } from './overview.js';

function repositoryOf(files: Readonly<Record<string, string>>) {
  return readRepository(
    Object.keys(files).filter((path) => path.endsWith('Cargo.toml')),
    { read: (path) => files[path], exists: (path) => path in files, list: () => [] },
  );
}
const crate = (name: string, rest = '') => `[package]\nname = "${name}"\nversion = "1.0.0"\n${rest}`;
const before = {
  'mill/Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
  'mill/a/Cargo.toml': crate('a', '[features]\nfast = []\nold = []\n[dependencies]\nb = { path = "../b" }\n'),
  'mill/a/src/main.rs': '',
  'mill/b/Cargo.toml': crate('b'),
  'mill/b/src/lib.rs': '',
  'ours/Cargo.toml': crate('ours'),
};
const after = {
  ...before,
  'mill/Cargo.toml': '[workspace]\nmembers = ["a", "c"]\n',
  'mill/a/Cargo.toml': crate('a', '[features]\nfast = []\nnew = []\n'),
  'mill/b/Cargo.toml': '',
  'mill/c/Cargo.toml': crate('c'),
  'mill/c/src/lib.rs': '',
};
const locked = (name: string, source = '') => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n${source}`;

const none = { locks: [], documents: new Map<string, string>() };

it('reports added and removed crates, features, native libraries and git sources', () => {
  const git = `source = "git+https://example.org/kept?rev=1#123"\n`;
  const changes = changesBetween(
    overviewOf(repositoryOf(before), 'mill', {
      ...none,
      locks: [locked('openssl-sys'), locked('kept', git)],
    }),
    overviewOf(repositoryOf(after), 'mill', {
      ...none,
      locks: [locked('prost-build'), locked('kept', git)],
    }),
  );
  expect(changes).toEqual([
    'crates: +c, -b',
    'features of a: +new, -old',
    'native libraries and programs (Debian): +protobuf-compiler, -libssl-dev',
  ]);
});

it('reports added, removed and changed operations of an OpenAPI document', () => {
  const api = (paths: unknown) =>
    new Map([
      ['api/openapi.yaml', JSON.stringify({ openapi: '3.0.3', paths })],
      ['api/broken.openapi.yaml', 'paths: [\n'],
    ]);
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`/new/${at}`, { put: {} }]));
  const look = (paths: unknown) =>
    overviewOf(repositoryOf(before), 'mill', { ...none, documents: api(paths) });
  const changes = changesBetween(
    look({
      '/kept': { get: {}, summary: 'a' },
      '/jobs': { get: {}, post: {} },
      '/of': { parameters: [], get: {} },
    }),
    look({
      '/kept': { get: {}, summary: 'b' },
      '/jobs': { get: {} },
      '/of': { parameters: [1], get: {} },
      ...many,
    }),
  );
  expect(changes).toEqual([
    'operations of api/openapi.yaml: 12 new, 1 gone, 1 changed, 15 in all',
    ...Array.from({ length: 10 }, (_, at) => `  +PUT /new/${at}`),
    '  +… and 2 more',
    '  -POST /jobs',
    '  ~GET /of',
  ]);
});

it('reports nothing if nothing changed', () => {
  const same = () => overviewOf(repositoryOf(before), 'mill', none);
  expect(changesBetween(same(), same())).toEqual([]);
});

it('records only the crates of the source, and what was inferred, one per line', () => {
  const crates = listCrates(repositoryOf(before), 'mill', new Map([['mill/a', 'mill-a']]));
  expect(crates).toEqual([
    { folder: 'a', name: 'mill-a', builds: true, runs: true, dependsOn: ['b'] },
    { folder: 'b', name: 'b', builds: false, runs: false, dependsOn: [] },
  ]);
  const inferred = [{ from: 'a/.sqlx', what: '2 saved SQLx queries' }];
  const text = formatCrateList({ commit: 'abc', crates, inferred });
  expect(JSON.parse(text)).toEqual({ commit: 'abc', crates, inferred });
  expect(text.split('\n').filter((line) => /"folder"|"from"/.test(line))).toHaveLength(3);
});
