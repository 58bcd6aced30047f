import { describe, expect, it } from 'vitest';
import { readRepository } from '../manifests/repository.js';
import { formatSourceEntry, mainCrate, projectNameFor } from './source-entry.js';
import { readVendoredSources } from './vendored-crates.js';

/** Returns the crates of sources in `vendor/mill`; a crate has a binary if its name ends with `d`. */
function cratesOf(manifests: Readonly<Record<string, string>>) {
  const files: Record<string, string> = {};
  for (const [folder, text] of Object.entries(manifests)) {
    const at = folder === '.' ? 'vendor/mill' : `vendor/mill/${folder}`;
    const name = /^name = "(.*)"$/m.exec(text)?.[1];
    files[`${at}/Cargo.toml`] = text;
    if (name !== undefined) files[`${at}/src/${name.endsWith('d') ? 'main' : 'lib'}.rs`] = '';
  }
  const paths = Object.keys(files).filter((path) => path.endsWith('Cargo.toml'));
  const { crates } = readRepository(paths, {
    read: (path) => files[path],
    exists: (path) => path in files,
    list: () => [],
  });
  return [...crates.values()];
}

const named = (name: string) => `[package]\nname = "${name}"\nversion = "1.0.0"\n`;
const workspace = (...members: readonly string[]) => `[workspace]\nmembers = ${JSON.stringify(members)}\n`;

describe('the crate that build options are for', () => {
  it.each([
    [
      'the only one with a binary',
      { '.': workspace('a', 'b'), a: named('liba'), b: named('serverd') },
      'serverd',
    ],
    [
      'the root package, if others have binaries too',
      { '.': `${named('milld')}${workspace('a')}`, a: named('toold') },
      'milld',
    ],
    [
      'none, if several members have binaries',
      { '.': workspace('a', 'b'), a: named('ad'), b: named('bd') },
      undefined,
    ],
    [
      'none, if the largest workspace has no root package (svix-webhooks)',
      { cli: named('clid'), server: workspace('a', 'b'), 'server/a': named('ad'), 'server/b': named('libb') },
      undefined,
    ],
    [
      'the one with the name of the folder, if several members have binaries (lldap, rauthy, kellnr)',
      {
        '.': workspace('a', 'server'),
        a: named('ad'),
        server: `${named('mill')}[[bin]]\nname = "mill"\npath = "src/lib.rs"\n`,
      },
      'mill',
    ],
    ['none, if there is no binary', { '.': named('lib') }, undefined],
  ])('is %s', (_, manifests, expected) => {
    expect(mainCrate(cratesOf(manifests), 'vendor/mill')?.name).toBe(expected);
  });

  it.each(['bd', 'b', 'vendor/mill/b', './b/'])('is the one that the user names as %s', (chosen) => {
    const crates = cratesOf({ '.': workspace('a', 'b'), a: named('ad'), b: named('bd') });
    expect(mainCrate(crates, 'vendor/mill', chosen)?.name).toBe('bd');
  });

  it('does not exist, so the error lists the crates', () => {
    const crates = cratesOf({ '.': workspace('a', 'b'), a: named('ad'), b: named('bd') });
    expect(() => mainCrate(crates, 'vendor/mill', 'c')).toThrow(/no crate "c" found in vendor\/mill/);
  });
});

it.each([
  ['of its own name', 'backend', 'serverd', undefined],
  ['of the folder, if the sources have its name', 'backend', 'milld', 'milld-backend'],
  ['of its own name, if it is the project of the sources itself', '.', 'milld', undefined],
])('names the project of the main crate %s', (_, folder, name, expected) => {
  const [crate] = cratesOf({ [folder]: named(name) });
  expect(crate && projectNameFor(crate, 'milld', 'vendor/mill')).toBe(expected);
});

it.each([
  [{ name: 'mill', folder: 'mill' }, {}],
  [
    {
      name: 'mill',
      folder: 'mill',
      crate: {
        folder: 'server',
        name: 'mill-server',
        choices: {
          features: ['python'],
          fallbacks: ['tls, gzip', ''],
          installTo: 'bin/mill',
          validate: 'Mill "2"',
        },
      },
    },
    {
      name: 'mill-server',
      options: {
        features: ['python'],
        fallbacks: [{ features: ['tls', 'gzip'] }, { features: [] }],
        installTo: 'bin/mill',
      },
      validate: { args: ['--version'], prints: 'Mill "2"' },
    },
  ],
  [
    { name: 'a.b', folder: 'third_party/a.b', crate: { folder: '.', choices: { validate: '' } } },
    { validate: { args: ['--version'] } },
  ],
])('writes an entry that is read as it was meant: %j', (entry, crate) => {
  const { sources, errors } = readVendoredSources(
    ['vendor/millwright.toml'],
    () => formatSourceEntry(entry),
    {},
  );
  expect(errors).toEqual([]);
  expect(sources).toMatchObject([{ name: entry.name, folder: `vendor/${entry.folder}` }]);
  expect([...(sources[0]?.crates.values() ?? [])][0] ?? {}).toMatchObject(crate);
});
