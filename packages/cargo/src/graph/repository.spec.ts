import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import type { RepositoryFiles } from '@millwright/toolkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type CargoRepository, readRepository } from './repository.js';

type Files = Readonly<Record<string, string>>;

function inMemory(files: Files): RepositoryFiles {
  const paths = Object.keys(files);
  return {
    read: (path) => files[path],
    exists: (path) => paths.some((file) => file === path || file.startsWith(`${path}/`)),
    list: (folder) => [
      ...new Set(
        paths.flatMap((file) =>
          file.startsWith(`${folder}/`) ? (file.slice(folder.length + 1).split('/')[0] ?? []) : [],
        ),
      ),
    ],
  };
}

function repositoryOf(files: Files): CargoRepository {
  const manifests = Object.keys(files).filter((path) => posix.basename(path) === 'Cargo.toml');
  return readRepository(manifests, inMemory(files));
}

const pack = (name: string, rest = '') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;
const lib = (root: string, name: string, rest = ''): Files => ({
  [`${root}/Cargo.toml`]: pack(name, rest),
  [`${root}/src/lib.rs`]: '',
});
const bin = (root: string, name: string, rest = ''): Files => ({
  [`${root}/Cargo.toml`]: pack(name, rest),
  [`${root}/src/main.rs`]: 'fn main() {}\n',
});

/** Each a repository whose manifests real cargo accepts. */
const repositories: readonly (readonly [string, Files])[] = [
  [
    'a virtual workspace with globs and excludes',
    {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/apart"]\nresolver = "2"\n',
      ...lib('crates/a', 'a'),
      ...bin('crates/b', 'b', '[dependencies]\na = { path = "../a" }\n'),
      ...lib('crates/apart', 'apart'),
    },
  ],
  [
    'a rooted workspace whose path dependencies join implicitly',
    {
      'Cargo.toml': pack('root', '[dependencies]\ninner = { path = "inner" }\n[workspace]\n'),
      'src/main.rs': 'fn main() {}\n',
      ...lib('inner', 'inner', '[dependencies]\ndeeper = { path = "deeper" }\n'),
      ...lib('inner/deeper', 'deeper'),
    },
  ],
  [
    'inherited, renamed, target-specific, build and dev dependencies',
    {
      'Cargo.toml':
        '[workspace]\nmembers = ["a", "b", "c", "d", "e"]\nresolver = "2"\n[workspace.dependencies]\na = { path = "a" }\n[workspace.package]\nversion = "1.2.3"\n',
      'a/Cargo.toml': '[package]\nname = "a"\nversion.workspace = true\nedition = "2021"\n',
      'a/src/lib.rs': '',
      ...lib('b', 'b', '[dependencies]\na.workspace = true\n'),
      ...lib('c', 'c', '[dependencies]\nother = { path = "../b", package = "b" }\n'),
      ...lib(
        'd',
        'd',
        '[target.\'cfg(windows)\'.dependencies]\na = { path = "../a" }\n[build-dependencies]\nb = { path = "../b" }\n',
      ),
      ...lib('e', 'e', '[dev-dependencies]\nc = { path = "../c" }\n'),
    },
  ],
  [
    'two workspaces, one nested, that hold the same name, and a crate apart',
    {
      'Cargo.toml': '[workspace]\nmembers = ["core"]\nexclude = ["tools", "solo"]\nresolver = "2"\n',
      ...lib('core', 'core-lib'),
      'tools/Cargo.toml': '[workspace]\nmembers = ["core"]\nresolver = "2"\n',
      ...lib('tools/core', 'core-lib'),
      ...bin('solo', 'solo'),
    },
  ],
  [
    'binaries by folder, by entry and by both',
    {
      ...bin(
        'many',
        'many',
        '[[bin]]\nname = "named"\npath = "src/entry.rs"\n[lib]\ncrate-type = ["cdylib", "rlib"]\n[workspace]\n',
      ),
      'many/src/lib.rs': '',
      'many/src/entry.rs': 'fn main() {}\n',
      'many/src/bin/one.rs': 'fn main() {}\n',
      'many/src/bin/two/main.rs': 'fn main() {}\n',
    },
  ],
];

interface MetadataPackage {
  name: string;
  version: string;
  manifest_path: string;
  targets: { name: string; kind: string[] }[];
  dependencies: { path?: string }[];
}

describe('a repository is read as cargo reads it', () => {
  let folder = '';
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(repositories)('%s', (_, files) => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-graph-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const repository = repositoryOf(files);
    for (const workspace of repository.workspaces) {
      const text = execFileSync('cargo', ['metadata', '--no-deps', '--offline', '--format-version', '1'], {
        cwd: join(folder, workspace.root),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const metadata = JSON.parse(text) as { packages: MetadataPackage[]; workspace_root: string };
      const place = (path: string) => relative(folder, path) || '.';
      expect(place(metadata.workspace_root)).toBe(workspace.root);
      const theirs = metadata.packages.map((pkg) => ({
        root: place(dirname(pkg.manifest_path)),
        name: pkg.name,
        version: pkg.version,
        targets: pkg.targets
          .filter(
            ({ kind }) => !kind.some((one) => ['test', 'example', 'bench', 'custom-build'].includes(one)),
          )
          .map((target) => target.name)
          .sort(),
        edges: [
          ...new Set(pkg.dependencies.flatMap(({ path }) => (path === undefined ? [] : [place(path)]))),
        ].sort(),
      }));
      const ours = workspace.crates.map((crate) => ({
        root: crate.root,
        name: crate.name,
        version: crate.version,
        targets: crate.targets.map((target) => target.name).sort(),
        edges: repository.edges
          .filter((edge) => edge.source === crate.root)
          .map((edge) => edge.target)
          .sort(),
      }));
      const byRoot = (a: { root: string }, b: { root: string }) => (a.root < b.root ? -1 : 1);
      expect(ours.sort(byRoot)).toEqual(theirs.sort(byRoot));
    }
  });
});

describe('what cargo metadata does not show', () => {
  it('a patch by path is an edge to a crate that is no member', () => {
    const { edges, workspaces } = repositoryOf({
      'Cargo.toml':
        '[workspace]\nmembers = ["app"]\n[patch.crates-io]\nraft = { path = "vendored/raft" }\nraft-proto = { path = "vendored/proto" }\n',
      ...bin('app', 'app', '[dependencies]\nraft = "0.7"\n'),
      ...lib('vendored/raft', 'raft', '[dependencies]\nraft-proto = "0.7"\n[workspace]\n'),
      ...lib('vendored/proto', 'raft-proto', '[workspace]\n'),
    });
    expect(edges.map(({ source, target }) => `${source} -> ${target}`)).toEqual([
      'app -> vendored/raft',
      'vendored/raft -> vendored/proto',
    ]);
    expect(workspaces.map(({ root }) => root)).toEqual(['.', 'vendored/proto', 'vendored/raft']);
  });

  it('a manifest that does not parse is an error with file and line, and the rest stands', () => {
    const { errors, crates } = repositoryOf({
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
      ...lib('a', 'a'),
      'b/Cargo.toml': '[package]\nname = "b"\nversion = \n',
    });
    expect([...crates.keys()]).toEqual(['a']);
    expect(errors.get('b/Cargo.toml')).toMatchObject({
      code: 'MANIFEST_INVALID',
      what: expect.stringContaining('b/Cargo.toml:3:') as string,
    });
  });

  it('a value of the wrong form is an error with file and line', () => {
    const { errors } = repositoryOf({ 'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = "a"\n' });
    expect(errors.get('Cargo.toml')?.what).toContain('Cargo.toml:3 ');
  });

  it('a crate named like one of crates.io is an edge to nothing but what the manifest names', () => {
    const { edges } = repositoryOf({
      'Cargo.toml': '[workspace]\nmembers = ["serde", "app"]\n',
      ...lib('serde', 'serde'),
      ...bin('app', 'app', '[dependencies]\nserde = "1"\n'),
    });
    expect(edges).toEqual([]);
  });
});
