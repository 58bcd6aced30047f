import { describe, expect, it } from 'vitest';
import {
  declarationFor,
  vendoredNames,
  optionsFor,
  readVendoredSources,
  sourceOf,
} from './vendored-crates.js';
import { vendoredSettings, configurationsOf, hasBuildSettings } from './build-settings.js';

const text = `
[sources.mill]
libc = ["gnu", "musl"]

[sources.mill.crates."."]
name = "mill-itself"

[sources.mill.crates."crates/server"]
name = "mill-server"
options = { defaultFeatures = false }
configurations.minimal = { features = [] }
gnu.options = { features = ["kafka"] }
gnu.configurations.release = { env = { A = "1" } }
musl.options = { features = "tls,backup" }

[sources.mill.crates.tool]
libc = "gnu"
`;
const read = (files: Readonly<Record<string, string>>) =>
  readVendoredSources(Object.keys(files), (path) => files[path], { platforms: ['linux/amd64'], libc: 'gnu' });
const { sources } = read({ 'vendor/millwright.toml': text });
const server = sources[0]?.crates.get('vendor/mill/crates/server');

describe('readVendoredSources', () => {
  it('finds a source by its folder, relative to the file', () => {
    expect(sources.map(({ name, folder }) => [name, folder])).toEqual([['mill', 'vendor/mill']]);
    expect(sourceOf('vendor/mill/crates/server', sources)?.name).toBe('mill');
    expect(sourceOf('vendor/mill', sources)?.name).toBe('mill');
    expect(sourceOf('vendor/millstone', sources)).toBeUndefined();
  });

  it('uses the folder that the file sets', () => {
    const at = (path: string, folder: string) =>
      read({ [path]: `[sources.mill]\nfolder = "${folder}"\n` }).sources.map((source) => source.folder);
    expect(at('millwright.toml', 'vendor/mill')).toEqual(['vendor/mill']);
    expect(at('ours/millwright.toml', './theirs/mill/')).toEqual(['ours/theirs/mill']);
  });

  it('overrides single options of the plugin', () => {
    expect(sources[0]?.options).toMatchObject({ platforms: ['linux/amd64'], libc: ['gnu', 'musl'] });
  });

  it('overrides the options of the source by those of a crate', () => {
    const libcs = ['vendor/mill/tool', 'vendor/mill/crates/server', 'elsewhere'].map(
      (folder) => optionsFor(folder, sources)?.libc,
    );
    expect(libcs).toEqual([['gnu'], ['gnu', 'musl'], undefined]);
  });

  it('returns the names of crates and of the source, including a crate at its root', () => {
    expect([...vendoredNames(sources)]).toEqual([
      ['vendor/mill', 'mill-itself'],
      ['vendor/mill/crates/server', 'mill-server'],
    ]);
  });

  it.each([
    ['x86_64-unknown-linux-gnu', { defaultFeatures: false, features: ['kafka'] }, { env: { A: '1' } }],
    ['aarch64-unknown-linux-musl', { defaultFeatures: false, features: 'tls,backup' }, undefined],
    ['aarch64-apple-darwin', { defaultFeatures: false }, undefined],
  ])('reads options for the C library of %s', (triple, options, release) => {
    const said = vendoredSettings(server, triple);
    expect(said.options).toEqual(options);
    expect(said.configurations.release).toEqual(release);
    expect(said.configurations.minimal).toEqual({ features: [] });
  });

  it('adds configurations after the three standard ones', () => {
    expect(configurationsOf([server])).toEqual(['release', 'dev', 'testing', 'minimal']);
    expect(configurationsOf([undefined])).toEqual(['release', 'dev', 'testing']);
  });

  it('has build settings only if options are set', () => {
    expect(hasBuildSettings(server)).toBe(true);
    expect(hasBuildSettings(sources[0]?.crates.get('vendor/mill'))).toBe(false);
    expect(hasBuildSettings(undefined)).toBe(false);
  });
});

it.each<[string, string, string, string]>([
  ['no TOML', '[sources\n', 'DESCRIPTION_INVALID', 'not valid TOML'],
  ['an option of no build', '[sources.m.crates.x.options]\nfeature = ["a"]\n', 'OPTION_INVALID', 'feature'],
  ['a value of another type', '[sources.m.crates.x.options]\nenv = 3\n', 'OPTION_INVALID', 'options.env'],
  [
    'what the task decides',
    '[sources.m.crates.x.options]\nprofile = "dev"\n',
    'OPTION_INVALID',
    'decided by the target',
  ],
  ['no option of the plugin', '[sources.m]\nlib = "musl"\n', 'OPTION_INVALID', 'sources.m'],
  ['a platform that is none', '[sources.m]\nplatforms = ["linux/z80"]\n', 'OPTION_INVALID', 'linux/z80'],
  ['a folder elsewhere', '[sources.m]\nfolder = "../m"\n', 'OPTION_INVALID', 'a folder below'],
  ['an absolute folder', '[sources.m]\nfolder = "/m"\n', 'OPTION_INVALID', 'a folder below'],
  ['a path for a name', '[sources."../m"]\n', 'OPTION_INVALID', 'the name of a folder'],
])('rejects %s', (_, toml, code, words) => {
  const found = read({ 'vendor/millwright.toml': toml });
  expect(found.sources).toEqual([]);
  expect(found.errors.map(({ error }) => error.code)).toEqual([code]);
  expect(found.errors.map(({ error }) => error.location?.file)).toEqual(['vendor/millwright.toml']);
  expect(found.errors.map(({ error: { what, why } }) => `${what} ${why}`).join()).toContain(words);
});

it.each([
  ['an option that there is not', '[sources.m]\nlib = "musl"\n', 'sources.m', 2],
  ['the value of an option', '# platforms = 1\n[sources.m]\nplatforms = ["linux/z80"]\n', 'sources.m', 3],
  [
    'the value of an option of a crate',
    '[sources.m.crates.y]\nplatforms = ["linux/amd64"]\n[sources.m.crates.x]\nplatforms = [\n  "linux/z80",\n]\n',
    'sources.m.crates.x',
    5,
  ],
])('reports the line of %s', (_, toml, table, line) => {
  const [found] = read({ 'vendor/millwright.toml': toml }).errors;
  expect(found?.error.what).toBe(`invalid options for ${table}`);
  expect(found?.error.location).toEqual({ file: 'vendor/millwright.toml', line });
});

it('reads the other sources of a file with an invalid one', () => {
  const toml = '[sources.good]\n[sources.bad]\nfolder = "theirs/bad"\nlib = "musl"\n';
  const { sources: others, errors } = read({ 'vendor/millwright.toml': toml });
  expect(others.map(({ name }) => name)).toEqual(['good']);
  expect(errors.map(({ folder, declaredIn }) => [folder, declaredIn])).toEqual([
    ['vendor/theirs/bad', 'vendor/millwright.toml'],
  ]);
});

describe('where to declare inputs of a crate', () => {
  it.each([
    ['our own crate', 'crates/app', '.', 'crates/app/Cargo.toml', 'package.metadata.millwright'],
    [
      'a described crate',
      'vendor/mill/crates/server',
      'vendor/mill',
      'vendor/millwright.toml',
      'sources.mill.crates."crates/server"',
    ],
    [
      'the crate at the root of described sources',
      'vendor/mill',
      '.',
      'vendor/millwright.toml',
      'sources.mill.crates."."',
    ],
    [
      'a crate of a repository that nothing describes',
      'third_party/quern/core',
      'third_party/quern',
      'third_party/millwright.toml',
      'sources.quern.crates.core',
    ],
  ])('%s', (_, folder, repository, file, table) => {
    expect(declarationFor(folder, sources, repository)).toEqual({ file, table });
  });
});
