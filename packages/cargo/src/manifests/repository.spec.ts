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
    'a workspace and members in folders whose names have the characters of globs',
    {
      'w[1]?/Cargo.toml': '[workspace]\nmembers = ["crates/a", "a[b]?"]\nresolver = "2"\n',
      ...lib('w[1]?/crates/a', 'a', '[dependencies]\nb = { path = "../../a[b]?" }\n'),
      ...lib('w[1]?/a[b]?', 'b'),
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

describe('readRepository finds the same crates as cargo metadata', () => {
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

describe('readRepository, for facts that cargo metadata does not report', () => {
  it('a patch with a path creates an edge to a crate that is not a member', () => {
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

  it('a patch that the lock file lists as unused creates no edge', () => {
    const manifests = {
      'Cargo.toml': '[workspace]\nmembers = ["old", "new"]\n[patch.crates-io]\nraft = { path = "raft" }\n',
      ...bin('old', 'old', '[dependencies]\nraft = "0.7"\n'),
      ...bin('new', 'new', '[dependencies]\nraft = "0.1"\n'),
      ...lib('raft', 'raft', '[workspace]\n'),
    };
    const locked = (name: string, rest: string) =>
      `[[package]]\nname = "${name}"\nversion = "0.1.0"\n${rest}`;
    const lockfile = [
      locked('new', 'dependencies = ["raft 0.1.0"]\n'),
      locked('old', 'dependencies = ["raft 0.7.0"]\n'),
      locked('raft', ''),
      '[[package]]\nname = "raft"\nversion = "0.7.0"\nsource = "registry+https://example.org/index"\n',
    ].join('\n');
    const edgesOf = (files: Record<string, string>) =>
      repositoryOf(files).edges.map(({ source, target }) => `${source} -> ${target}`);
    expect(edgesOf({ ...manifests, 'Cargo.lock': lockfile })).toEqual(['new -> raft']);
    expect(edgesOf(manifests)).toEqual(['new -> raft', 'old -> raft']);
  });

  it('a patch of a dependency of an external package creates an edge from the crate that uses the external package', () => {
    const { edges } = repositoryOf({
      'Cargo.toml': '[workspace]\nmembers = ["app"]\n[patch.crates-io]\nquote = { path = "quote" }\n',
      ...bin('app', 'app', '[dependencies]\nderive = "1"\n'),
      ...lib('quote', 'quote', '[workspace]\n'),
      'Cargo.lock': `[[package]]
name = "app"
version = "0.1.0"
dependencies = ["derive"]
[[package]]
name = "derive"
version = "1.0.0"
source = "registry+https://example.org/index"
dependencies = ["quote"]
[[package]]
name = "quote"
version = "0.1.0"
`,
    });
    expect(edges.map(({ source, target }) => `${source} -> ${target}`)).toEqual(['app -> quote']);
  });

  it('a patch that is unused in another workspace creates no edges from the crates of that workspace', () => {
    const locked = (name: string, dependencies: string, source = '') =>
      `[[package]]\nname = "${name}"\nversion = "0.1.0"\n${source}dependencies = [${dependencies}]\n`;
    const elsewhere = 'source = "registry+https://example.org/index"\n';
    const files = (unused: string) => ({
      '.cargo/config.toml':
        '[patch.crates-io]\nsys = { path = "sys" }\napp = { path = "app" }\nlibc = { path = "libc" }\n',
      ...lib('sys', 'sys', '[dependencies]\ncc = "0.1"\n[workspace]\n'),
      'sys/Cargo.lock': locked('sys', '"cc"') + locked('cc', '', elsewhere),
      ...lib(
        'app',
        'app',
        '[dependencies]\ncc = { version = "0.1", features = ["parallel"] }\n[workspace]\n',
      ),
      'app/Cargo.lock':
        locked('app', '"cc"') + locked('cc', '"libc"', elsewhere) + locked('libc', '') + unused,
      ...lib('libc', 'libc', '[workspace]\n'),
    });
    const edgesOf = (unused: string) =>
      repositoryOf(files(unused)).edges.map(({ source, target }) => `${source} -> ${target}`);
    expect(edgesOf('[[patch.unused]]\nname = "sys"\nversion = "0.1.0"\n')).toEqual(['app -> libc']);
    expect(edgesOf(''), 'a lock file that is behind').toEqual(['app -> libc', 'sys -> libc']);
  });

  it('reports an invalid manifest with file and line, and reads all others', () => {
    const { errors, crates, unreadable } = repositoryOf({
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
      ...lib('a', 'a'),
      'b/Cargo.toml': '[package]\nname = "b"\nversion = \n',
    });
    expect([...crates.keys()]).toEqual(['a']);
    expect(errors.get('b/Cargo.toml')).toMatchObject({
      code: 'MANIFEST_INVALID',
      location: { file: 'b/Cargo.toml', line: 3 },
    });
    expect([...unreadable]).toEqual([['b', { name: 'b', manifest: 'b/Cargo.toml' }]]);
  });

  it.each([
    ['a list', 'members = ["a"]\n[workspace]\nmembers = 3\n', 3, 'invalid value'],
    ['a table', '# [lib]\n[package]\nname = "a"\n[ lib ]\n[features]\n[[patch]]\n', 6, 'invalid value'],
    ['a package without a name', '[lib]\nname = "a"\n[project]\n', 3, 'the package has no name'],
  ])('reports %s of the wrong type with its line', (_, text, line, what) => {
    expect(repositoryOf({ 'Cargo.toml': text }).errors.get('Cargo.toml')).toMatchObject({
      what: expect.stringContaining(what) as string,
      location: { file: 'Cargo.toml', line },
    });
  });

  it.each<[string, Files, string[]]>([
    [
      'one of a workspace of its own',
      { 'Cargo.toml': '[workspace]\n', 'x/Cargo.toml': '[workspace]\n[package]\nname = "x"\nversion =\n' },
      ['x: x/Cargo.toml'],
    ],
    [
      'those of a workspace whose own manifest has a mistake, and those below one without a workspace',
      {
        'ws/Cargo.toml': '[workspace]\nmembers = 3\n',
        ...lib('ws/a', 'a'),
        'mid/Cargo.toml': '[package',
        ...lib('mid/b', 'b'),
        ...lib('mid/c', 'c', '[workspace]\n'),
      },
      ['mid/b: mid/Cargo.toml', 'ws/a: ws/Cargo.toml'],
    ],
    [
      'no fixture or template that nothing builds',
      {
        'Cargo.toml': '[workspace]\nmembers = ["a"]\n',
        ...lib('a', 'a'),
        'tests/fixture/Cargo.toml': '[package]\nname = "f"\nversion =\n',
        'tests/none/Cargo.toml': '[package',
        'template/Cargo.toml': '[package]\nname = "t"\n{% if x %}\n[workspace]\n',
      },
      [],
    ],
  ])('lists crates with unreadable manifests: %s', (_, files, expected) => {
    const { unreadable } = repositoryOf(files);
    expect([...unreadable].map(([folder, { manifest }]) => `${folder}: ${manifest}`).sort()).toEqual(
      expected,
    );
  });

  it('rejects a manifest that is not UTF-8, but accepts one that contains U+FFFD', () => {
    const files = { ...lib('a', 'a', '# \uFFFD\n'), ...lib('b', 'b', '# \uFFFD\n') };
    const paths = ['a/Cargo.toml', 'b/Cargo.toml'];
    const isUtf8 = (path: string) => path === 'a/Cargo.toml';
    const { errors } = readRepository(paths, { ...inMemory(files), isUtf8 });
    expect([...errors.keys()]).toEqual(['b/Cargo.toml']);
  });

  it.each<[string, string]>([
    ['a byte order mark', `\uFEFF${pack('a')}`],
    ['a table over several lines, of TOML 1.1', pack('a', '[dependencies]\nx = {\n  version = "1",\n}\n')],
    ['an integer beyond what JavaScript has', pack('a', '[package.metadata]\nn = 9223372036854775807\n')],
    ['the old name of the package table', pack('a').replace('[package]', '[project]')],
    ['Windows line ends', pack('a').replaceAll('\n', '\r\n')],
  ])('accepts a manifest with %s', (_, text) => {
    const { errors, crates } = repositoryOf({ 'a/Cargo.toml': text, 'a/src/lib.rs': '' });
    expect(errors.size).toBe(0);
    expect(crates.get('a')?.name).toBe('a');
  });

  it('reports a value of the wrong type with file and line', () => {
    const { errors } = repositoryOf({ 'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = "a"\n' });
    expect(errors.get('Cargo.toml')?.location).toEqual({ file: 'Cargo.toml', line: 3 });
  });

  it('a crate with the same name as one on crates.io gets edges only from manifests that name its path', () => {
    const { edges } = repositoryOf({
      'Cargo.toml': '[workspace]\nmembers = ["serde", "app"]\n',
      ...lib('serde', 'serde'),
      ...bin('app', 'app', '[dependencies]\nserde = "1"\n'),
    });
    expect(edges).toEqual([]);
  });
});

describe('crates that cargo does not build directly', () => {
  const { crates, workspaces, nonMembers, templates, edges } = repositoryOf({
    'Cargo.toml': '[workspace]\nmembers = ["member"]\nexclude = ["excluded"]\n',
    ...lib('member', 'member'),
    ...lib('excluded', 'excluded', '[dependencies]\nneeded = { path = "../needed" }\n'),
    ...lib('needed', 'needed'),
    ...lib('fixture', 'fixture', '[dependencies]\nmember = { path = "../member" }\n'),
    ...lib('own', 'own', '[workspace]\n'),
    ...lib('elsewhere', 'elsewhere'),
    'pointing/Cargo.toml': pack('pointing', 'workspace = "../own"\n'),
    'template/Cargo.toml': pack('{{ crate_name }}'),
  });

  it('are omitted unless a buildable crate depends on them', () => {
    expect([...crates.keys()].sort()).toEqual(['excluded', 'member', 'needed', 'own']);
    expect(workspaces.map(({ root }) => root)).toEqual(['.', 'excluded', 'needed', 'own']);
    expect(edges.map(({ source, target }) => `${source} -> ${target}`)).toEqual(['excluded -> needed']);
  });

  it('are recorded with the workspace that does not list them', () => {
    expect([...nonMembers].sort()).toEqual([
      ['elsewhere', '.'],
      ['fixture', '.'],
      ['needed', '.'],
      ['pointing', 'own'],
    ]);
    expect(templates).toEqual(['template']);
  });
});

it('manifests without targets, which cargo rejects, are not crates', () => {
  const { crates, empty } = repositoryOf({
    'none/Cargo.toml': pack('none'),
    'script/Cargo.toml': pack('script'),
    'script/build.rs': '',
    'named/Cargo.toml': pack('named', '[lib]\npath = "generated.rs"\n'),
    'tests/Cargo.toml': pack('tests'),
    'tests/tests/suite/main.rs': '',
    'examples/Cargo.toml': pack('examples'),
    'examples/examples/one.rs': '',
  });
  expect([...crates.keys()].sort()).toEqual(['examples', 'named', 'tests']);
  expect(empty).toEqual(['none', 'script']);
});

it('a manifest that was copied without its sources and members is not a crate', () => {
  const { crates, workspaces, empty } = repositoryOf({
    'testdata/Cargo.toml': pack(
      'cargo',
      '[lib]\npath = "src/cargo/lib.rs"\n[workspace]\nmembers = ["crates/*", "benches/capture"]\n',
    ),
    'depending/Cargo.toml': pack('depending', '[lib]\n[dependencies]\nutil = { path = "../util" }\n'),
    'generated/Cargo.toml': pack('generated', '[lib]\n[dependencies]\nhere = { path = "../here" }\n'),
    'here/Cargo.toml': pack('here'),
    'here/src/lib.rs': '',
  });
  expect([...crates.keys()].sort()).toEqual(['generated', 'here']);
  expect(workspaces.map(({ root }) => root)).toEqual(['generated', 'here']);
  expect(empty).toEqual(['testdata', 'depending']);
});
