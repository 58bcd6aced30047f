import { describe, expect, it } from 'vitest';
import type { RepositoryFiles } from '../files/disk-files.js';
import { nameClaims } from './claims.js';

type Files = Readonly<Record<string, string>>;

const inMemory = (files: Files): RepositoryFiles => ({
  read: (path) => files[path],
  exists: (path) => path in files,
  list: () => [],
});

async function claimsOf(files: Files, hasOtherPlugins = false): Promise<string[]> {
  const claims = await nameClaims(Object.keys(files), inMemory(files), {
    checkout: 'checkout',
    hasOtherPlugins,
  });
  return [...new Set(claims.map(({ folder, origin, name }) => `${folder}: ${origin} ${name}`))].sort();
}

const crate = (name: string) => `[package]\nname = "${name}"\n`;
const complete = 'services: { a: { image: x } }\n';

describe('names that files claim', () => {
  it.each<[string, Files, string[]]>([
    ['a crate', { 'a/Cargo.toml': crate('one') }, ['a: crate one']],
    [
      'a crate in other spellings',
      {
        'a/Cargo.toml': "package.name = 'one'\n",
        'b/Cargo.toml': 'package = { version = "1.0.0", name = "two" }\n',
        'c/Cargo.toml': '[dependencies.x]\nname = "no"\n[ package ]\r\nname="three" # so\r\n',
      },
      ['a: crate one', 'b: crate two', 'c: crate three'],
    ],
    ['an invalid manifest', { 'a/Cargo.toml': '[package]\nname = "one"\nversion = \n' }, ['a: crate one']],
    [
      'templates and fixtures without a usable name',
      {
        'a/Cargo.toml': crate('{{project-name}}'),
        'b/Cargo.toml': '[package',
        'c/Cargo.toml': '',
        'd/go.mod': 'module {{.Module}}\n',
      },
      [],
    ],
    [
      'a project name in the manifest',
      { 'a/Cargo.toml': `${crate('one')}[package.metadata.millwright]\nname = "two"\n` },
      ['a: explicit two'],
    ],
    [
      'virtual workspaces at the root and below',
      { 'Cargo.toml': '[workspace]\n', 'x/rust/Cargo.toml': '[workspace]\nmembers = []\n' },
      ['.: workspace cargo-workspace', 'x/rust: workspace rust'],
    ],
    [
      'a virtual workspace at the root of a repository with a package.json',
      { 'Cargo.toml': '[workspace]\n', 'package.json': '{"name":"mill"}' },
      ['.: workspace mill'],
    ],
    [
      'modules by the last element of their path, without a major version',
      {
        'a/go.mod': '// first\nmodule example.org/tool/v2 // so\n\ngo 1.24\n',
        'b/go.mod': 'module "gopkg.in/yaml.v3"\n',
        'testdata/x/go.mod': 'module x\n',
        'vendor/y/go.mod': 'module y\n',
        '_z/go.mod': 'module z\n',
      },
      ['a: module tool', 'b: module yaml'],
    ],
    [
      'stacks by their folder, at the root by the checkout folder',
      { 'compose.yaml': complete, 'a/docker/docker-compose.dev.yml': complete },
      ['.: stack checkout', 'a/docker: stack docker'],
    ],
    [
      'a stack by the name in its main file, otherwise in another file',
      {
        'a/compose.a.yaml': `x-millwright: { name: other }\n${complete}`,
        'a/compose.yaml': `x-millwright:\n  name: mine\n${complete}`,
      },
      ['a: explicit mine', 'a: explicit other', 'a: stack a'],
    ],
    [
      'folders with names that Nx does not accept',
      { '{{cookiecutter.name}}/compose.yaml': complete, '!!/compose.yaml': complete },
      ['!!: stack stack', '{{cookiecutter.name}}: stack cookiecutter.name'],
    ],
    [
      'vendored sources, with and without their crates',
      {
        'x/millwright.toml':
          '[sources.mill]\nfolder = "third/mill"\n[sources.mill.crates."core"]\nname = "mill-core"\n',
        'x/mill.crates.json': '{"crates":[{"folder":"core","name":"core"},{"folder":"","name":"mill-root"}]}',
      },
      [
        'x/third/mill/core: crate core',
        'x/third/mill/core: explicit mill-core',
        'x/third/mill: crate mill-root',
        'x/third/mill: explicit mill',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await claimsOf(files)).toEqual(expected);
  });
});

describe('packages from which Nx creates projects', () => {
  const member = { 'apps/web/package.json': '{"name":"web"}' };
  it.each<[string, Files, string[]]>([
    ['none without a workspace', { 'package.json': '{"name":"root"}', ...member }, []],
    [
      'members of an npm workspace',
      { 'package.json': '{"name":"root","workspaces":["./apps/*"]}', ...member },
      ['apps/web: nx web'],
    ],
    [
      "members in yarn's syntax",
      { 'package.json': '{"workspaces":{"packages":["apps/*"]}}', ...member },
      ['apps/web: nx web'],
    ],
    [
      'members of a pnpm workspace, without excluded ones',
      {
        'package.json': '{}',
        'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - "!apps/old"\n',
        'apps/old/package.json': '{"name":"old"}',
        ...member,
      },
      ['apps/web: nx web'],
    ],
    [
      'packages of lerna in its default folder',
      { 'package.json': '{}', 'lerna.json': '{}', 'packages/a/package.json': '{"name":"@x/a"}', ...member },
      ['packages/a: nx @x/a'],
    ],
    [
      'the root if it is configured for Nx',
      { 'package.json': '{"name":"root","nx":{"name":"own"}}', ...member },
      ['.: nx own'],
    ],
    [
      'a package beside a project.json, whose name wins',
      {
        'package.json': '{}',
        'apps/web/project.json': '{\n  // a comment\n  "name": "site", "url": "http://x",\n}',
        ...member,
        'apps/a/project.json': '{}',
        'apps/a/package.json': '{"name":"a1"}',
      },
      ['apps/a: nx a1', 'apps/web: nx site'],
    ],
    [
      'a package without a name, by its folder',
      { 'package.json': '{"workspaces":["*"]}', 'Web/package.json': '{}' },
      ['Web: nx web'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await claimsOf(files)).toEqual(expected);
  });

  it('any package except the root if other plugins may create projects from them', async () => {
    expect(await claimsOf({ 'package.json': '{"name":"root"}', ...member }, true)).toEqual([
      'apps/web: nx web',
    ]);
  });
});
