import { expect, it } from 'vitest';
import { inferredFacts } from './inferred-facts.js';

function factsOf(files: Readonly<Record<string, string>>, operations: Readonly<Record<string, number>> = {}) {
  const facts = inferredFacts({
    paths: Object.keys(files),
    read: (path) => files[path],
    operations: new Map(Object.entries(operations)),
  });
  return facts.map(({ from, what }) => `${from}: ${what}`);
}

const lock = (...packages: readonly string[]) =>
  packages.map((name) => `[[package]]\nname = "${name}"\nversion = "1.2.3"\n`).join('\n');

it.each([
  [
    'saved SQLx queries, by folder',
    { 'a/.sqlx/query-1.json': '', 'a/.sqlx/query-2.json': '', '.sqlx/query-3.json': '' },
    [
      'a/.sqlx: 2 saved SQLx queries; builds check queries offline unless DATABASE_URL is set',
      '.sqlx: 1 saved SQLx query; builds check queries offline unless DATABASE_URL is set',
    ],
  ],
  [
    'linkers in the configuration of cargo, and no other setting',
    {
      'a/.cargo/config.toml':
        '[build]\njobs = 8\n[target.one]\nlinker = "clang"\nrustflags = ["-C", "link-arg=-fuse-ld=mold"]\n[target.two]\nrustflags = ["-g"]\n',
    },
    ['a/.cargo/config.toml: links one with clang and mold'],
  ],
  ['no linkers, if the configuration is not valid TOML', { '.cargo/config': '[target' }, []],
  [
    'native libraries and prebuilt libraries of locked packages',
    { 'Cargo.lock': lock('openssl-sys', 'prost-build', 'v8') },
    [
      'Cargo.lock: native libraries and programs to install, by feature (Debian): libssl-dev, protobuf-compiler',
      'Cargo.lock: v8 1.2.3 downloads a prebuilt library, unless RUSTY_V8_ARCHIVE is set',
    ],
  ],
  ['nothing, if no locked package requires anything', { 'Cargo.lock': lock('serde') }, []],
  [
    'scripts that print features',
    { 'a/all_features.sh': '' },
    ['a/all_features.sh: may print features; use the feature "@./all_features.sh" to run it in its folder'],
  ],
])('finds %s', (_, files, expected) => {
  expect(factsOf(files)).toEqual(expected);
});

it('finds OpenAPI documents', () => {
  expect(factsOf({}, { 'api/openapi.yaml': 1 })).toEqual([
    'api/openapi.yaml: OpenAPI document with 1 operation',
  ]);
});
