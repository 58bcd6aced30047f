import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namedFiles, settingsFiles, targetFolders } from './named-files.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'named-'));
  mkdirSync(join(root, 'tools'));
  mkdirSync(join(root, 'bin'));
  for (const name of ['tools/wrap.sh', 'tools/link.ld']) writeFileSync(join(root, name), '');
  writeFileSync(join(root, 'bin/my-linker'), '', { mode: 0o755 });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it.each<[string, unknown, string[]]>([
  ['a wrapper', { build: { 'rustc-wrapper': 'tools/wrap.sh' } }, ['tools/wrap.sh']],
  [
    'a linker script behind flags',
    { build: { rustflags: ['-Clink-arg=-Ttools/link.ld'] } },
    ['tools/link.ld'],
  ],
  ['flags in one text', { build: { rustflags: '-C link-arg=-Ttools/link.ld' } }, ['tools/link.ld']],
  ['a linker on PATH', { target: { t: { linker: 'my-linker' } } }, ['bin/my-linker']],
  ['nothing for what does not exist', { build: { 'rustc-wrapper': 'tools/none.sh' } }, []],
  ['nothing for folders around the repository', { env: { X: '/', Y: '..', Z: '../..' } }, []],
  [
    'nothing for the folders of results',
    { build: { 'target-dir': './tools', 'build-dir': './bin' }, install: { root: './bin' } },
    [],
  ],
  ['nothing for words', { build: { rustflags: ['--cfg', 'tools'] }, term: { color: 'auto' } }, []],
])('%s', (_, config, expected) => {
  const found = namedFiles(join(root, '.cargo/config.toml'), config, { PATH: join(root, 'bin') });
  expect(found).toEqual(expected.map((path) => join(root, path)));
});

it.each<[string, string, string[]]>([
  [
    'relative to the folder that holds .cargo',
    '[build]\ntarget-dir = "out/t"\nbuild-dir = "bd/"\n',
    ['out/t', 'bd'],
  ],
  ['none out of the repository', '[build]\ntarget-dir = "/elsewhere"\nbuild-dir = "../bd"\n', []],
  ['none that cargo makes up', '[build]\nbuild-dir = "{cargo-cache-home}/x"\n', []],
  ['not the repository as a whole', '[build]\ntarget-dir = "."\n', []],
  ['none where nothing is said', '', []],
])('excludes folders that cargo writes to: %s', (_, config, expected) => {
  const repository = join(root, 'repository');
  mkdirSync(join(repository, '.cargo'), { recursive: true });
  writeFileSync(join(repository, '.cargo/config.toml'), config);
  expect(targetFolders('crates/app', repository)).toEqual(expected);
});

it('excludes a crate that only a patch names', () => {
  const repository = join(root, 'patched');
  for (const folder of ['.cargo', 'known', 'unknown', 'both'])
    mkdirSync(join(repository, folder), { recursive: true });
  const patches = ['known', 'unknown', 'both'].map((name) => `${name} = { path = "./${name}" }\n`).join('');
  writeFileSync(join(repository, '.cargo/config.toml'), `paths = ["./both"]\n[patch.crates-io]\n${patches}`);
  const crates = ['known', 'both'];
  expect(settingsFiles('.', '.', repository, (folder) => crates.includes(folder))).toEqual([
    'both',
    'unknown',
  ]);
});

it('includes configuration files that another one includes, and what they name', () => {
  const repository = join(root, 'including');
  for (const folder of ['.cargo', 'flags', 'crate']) mkdirSync(join(repository, folder), { recursive: true });
  writeFileSync(join(repository, '.cargo/config.toml'), 'include = ["../flags/link.toml"]\n');
  writeFileSync(join(repository, 'flags/link.toml'), '[build]\nrustflags = ["-Clink-arg=-Tflash.ld"]\n');
  writeFileSync(join(repository, 'flash.ld'), '');
  expect(settingsFiles('crate', '.', repository, () => false)).toEqual(['flags/link.toml', 'flash.ld']);
});

it("includes a member's own configuration, but not that of its workspace, which is an input anyway", () => {
  const repository = join(root, 'members');
  for (const folder of ['rust/.cargo', 'rust/fw/.cargo'])
    mkdirSync(join(repository, folder), { recursive: true });
  writeFileSync(join(repository, 'rust/.cargo/config.toml'), '[build]\njobs = 2\n');
  writeFileSync(join(repository, 'rust/fw/.cargo/config.toml'), '[build]\ntarget = "thumbv6m-none-eabi"\n');
  const files = settingsFiles('rust/fw', 'rust', repository, () => false);
  expect(files).toEqual(['rust/fw/.cargo/config.toml']);
});
