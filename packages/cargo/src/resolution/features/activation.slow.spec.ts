import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Activator, type Activation, type Resolver } from './activation.js';
import { cargoTree, writeFiles } from './cargo-tree.spec.helper.js';
import type { FeatureChoice } from './features.js';
import { Linkage } from '../../manifests/linkage.js';
import { randomWorkspace } from '../random-workspace.spec.helper.js';
import { describeWith } from '../../manifests/tools.spec.helper.js';
import { sliceInputOf, type Files } from '../world.spec.helper.js';

const linux = 'x86_64-unknown-linux-gnu';
/** Conditions of host-side crates are asked of the machine that runs the tests. */
function hostTriple(): string {
  const printed = execFileSync('rustc', ['-vV'], { encoding: 'utf8' });
  return /^host: (.*)$/m.exec(printed)?.[1] ?? linux;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const choices: readonly [args: string[], choice: FeatureChoice][] = [
  [[], { features: [], defaultFeatures: true, allFeatures: false }],
  [
    ['--no-default-features', '--features', 'f1'],
    { features: ['f1'], defaultFeatures: false, allFeatures: false },
  ],
  [['--all-features'], { features: [], defaultFeatures: true, allFeatures: true }],
];

function activation(
  files: Files,
  root: string,
  features: FeatureChoice,
  target: string,
  resolver: Resolver,
): Activation {
  const host = hostTriple();
  const world = sliceInputOf(files, host);
  const crate = world.crates.get(root);
  if (!crate) throw new Error(`the workspace has no crate ${root}`);
  return new Activator(new Linkage(world), { target, host, resolver }).activate(crate, features);
}

function plain(sets: Iterable<readonly [string, Iterable<string>]>): Record<string, string[]> {
  const sorted = [...sets].sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(sorted.map(([name, values]) => [name, [...values].sort()]));
}

describeWith(['cargo'], 'an activator takes what cargo takes, where all dependencies are folders', () => {
  const cases = [1, 2, 3, 4, 5, 6].flatMap((seed) =>
    [linux, 'x86_64-pc-windows-msvc', 'aarch64-apple-darwin'].map((target) => [seed, target] as const),
  );
  it.each(cases)('resolves random workspace %i for %s like cargo tree', (seed, target) => {
    const files = randomWorkspace(seed, 9, '2');
    const folder = writeFiles(files);
    folders.push(folder);
    for (const [args, choice] of choices) {
      const tree = cargoTree(folder, ['-p', 'c0', '--target', target, ...args]);
      const { crates } = activation(files, 'c0', choice, target, '2');
      const ours = [...crates].map(([root, { features }]) => [root, features] as const);
      expect(plain(ours)).toEqual(plain(tree));
    }
  });

  it.each([7, 8, 9])(
    'resolves at least the features of cargo tree in random workspace %i with resolver 1',
    (seed) => {
      const files = randomWorkspace(seed, 9, '1');
      const folder = writeFiles(files);
      folders.push(folder);
      for (const [args, choice] of choices) {
        const { crates } = activation(files, 'c0', choice, linux, '1');
        for (const [name, features] of cargoTree(folder, ['-p', 'c0', '--target', linux, ...args])) {
          expect(crates.get(name)?.features).toEqual(expect.arrayContaining([...features]));
        }
      }
    },
  );
});

describeWith(['cargo'], 'an activator takes at least what cargo takes of packages from elsewhere', () => {
  function crate(name: string, rest: string, folder = name): Files {
    const manifest = `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;
    return { [`${folder}/Cargo.toml`]: manifest, [`${folder}/src/lib.rs`]: '' };
  }

  /** A package of a folder that stands in for crates.io (Cargo reference, "Source Replacement"). */
  function vendored(name: string, rest: string): Files {
    const checksum = JSON.stringify({ files: {}, package: '0'.repeat(64) });
    return { ...crate(name, rest, `vendor/${name}`), [`vendor/${name}/.cargo-checksum.json`]: checksum };
  }

  it('resolves an external package that a patch makes depend on a local crate', () => {
    const own: Files = {
      'Cargo.toml':
        '[workspace]\nresolver = "2"\nmembers = ["app", "other"]\n[patch.crates-io]\nleaf = { path = "leaf" }\n',
      ...crate('app', '[dependencies]\next = "0.1"'),
      ...crate('other', '[dependencies]\next = { version = "0.1", features = ["x"] }'),
      ...crate('leaf', '[features]\nz = []\n[workspace]'),
      '.cargo/config.toml':
        '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
    };
    const ext =
      '[dependencies]\nhidden = { version = "0.1", optional = true }\n' +
      'leaf = { version = "0.1", features = ["z"] }\n[features]\nx = ["dep:hidden"]';
    const folder = writeFiles({
      ...own,
      ...vendored('ext', ext),
      ...vendored('hidden', ''),
      ...vendored('leaf', '[features]\nz = []'),
    });
    folders.push(folder);
    execFileSync('cargo', ['generate-lockfile', '--offline'], { cwd: folder, stdio: 'ignore' });
    const files = { ...own, 'Cargo.lock': readFileSync(join(folder, 'Cargo.lock'), 'utf8') };
    const none = { features: [], defaultFeatures: true, allFeatures: false };
    const { crates, packages } = activation(files, 'app', none, linux, '2');
    const locked = sliceInputOf(files).lockfile;
    const ours = [...crates.keys(), ...[...packages].map((index) => locked?.packages[index]?.name)];
    const tree = cargoTree(folder, ['-p', 'app', '--target', linux]);
    expect([...tree.keys()].sort()).toEqual(['app', 'ext', 'leaf']);
    expect(ours.sort()).toEqual(['app', 'ext', 'hidden', 'leaf']);
    expect(crates.get('leaf')?.features).toEqual(['z']);
  });
});
