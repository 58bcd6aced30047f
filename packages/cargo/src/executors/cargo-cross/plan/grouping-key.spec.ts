import { describe, expect, it } from 'vitest';
import { parse } from 'smol-toml';
import type { CargoMetadata, CargoPackage } from '../../../cargo-cli/metadata.js';
import { type GroupingFacts, groupingKey } from './grouping-key.js';

const member = (name: string, change: Partial<CargoPackage> = {}): CargoPackage => ({
  id: `path+file:///r/${name}#0.1.0`,
  name,
  version: '0.1.0',
  manifest_path: `/r/${name}/Cargo.toml`,
  targets: [{ kind: ['bin'], crate_types: ['bin'], name }],
  features: {},
  dependencies: [{ path: '/r/lib' }, {}],
  ...change,
});
const metadata: CargoMetadata = {
  packages: [member('app'), member('lib', { dependencies: [] })],
  workspace_root: '/r',
  target_directory: '/r/target',
};
const plan = {
  package: 'app',
  args: ['build', '--package', 'app', '--config', 'build.rustflags=["--cfg", "x"]'],
  env: { A: '1' },
};
const facts: GroupingFacts = {
  plans: [plan],
  metadata,
  machineDigests: ['digest of the toolchain'],
  configFiles: ['/r/.cargo/config.toml'],
  env: { PATH: '/bin', EDITOR: 'vi' },
};
const texts: Readonly<Record<string, string>> = {
  '/r/Cargo.toml': '[workspace]\nresolver = "2"\n',
  '/r/Cargo.lock': 'version = 4\n',
  '/r/app/Cargo.toml': '[package]\nname = "app"\n',
  '/r/lib/Cargo.toml': '[package]\nname = "lib"\n',
  '/r/lib/src/lib.rs': '',
  '/r/.cargo/config.toml': '[build]\njobs = 2\n',
};

interface Change {
  readonly facts?: Partial<GroupingFacts>;
  readonly texts?: Readonly<Record<string, string | undefined>>;
}

function keyWith({ facts: otherFacts, texts: otherTexts }: Change = {}): string | undefined {
  const all = { ...texts, ...otherTexts };
  return groupingKey({ ...facts, ...otherFacts }, { read: (path) => all[path], parse });
}

const members = (change: Partial<CargoPackage>) => ({
  facts: { metadata: { ...metadata, packages: [member('app', change), member('lib')] } },
});

describe('the key of a grouping', () => {
  it.each<[string, Change]>([
    [
      'another requested feature',
      { facts: { plans: [{ package: 'app', args: ['--features', 'x'], env: { A: '1' } }] } },
    ],
    ['another variable of the build', { facts: { plans: [{ ...plan, env: { A: '2' } }] } }],
    ['an additional package', { facts: { plans: [plan, { ...plan, package: 'b' }] } }],
    ['another toolchain', { facts: { machineDigests: ['another digest'] } }],
    ['compiler flags', { facts: { env: { ...facts.env, RUSTFLAGS: '--cfg x' } } }],
    ['a cargo setting in a variable', { facts: { env: { ...facts.env, CARGO_PROFILE_RELEASE_LTO: 'fat' } } }],
    ['a new binary', members({ targets: [{ kind: ['bin'], crate_types: ['bin'], name: 'new' }] })],
    [
      'a new build script',
      members({ targets: [{ kind: ['custom-build'], crate_types: ['bin'], name: 'b' }] }),
    ],
    [
      'a profile in the root manifest',
      { texts: { '/r/Cargo.toml': '[workspace]\n[profile.release]\nlto = true\n' } },
    ],
    ['the lock file', { texts: { '/r/Cargo.lock': 'version = 4\n[[package]]\n' } }],
    [
      "a library's manifest",
      { texts: { '/r/lib/Cargo.toml': '[package]\nname = "lib"\n[features]\nx = []\n' } },
    ],
    [
      "cargo's configuration",
      { texts: { '/r/.cargo/config.toml': '[build]\nrustflags = ["--cfg", "x"]\n' } },
    ],
    ['another configuration file', { facts: { configFiles: ['/.cargo/config.toml'] } }],
  ])('changes with %s', (_, change) => {
    const key = keyWith(change);
    expect(key).toBeDefined();
    expect(key).not.toBe(keyWith());
  });

  it.each<[string, Change]>([
    ['a source', { texts: { '/r/lib/src/lib.rs': 'pub fn f() {}' } }],
    ['a variable that cargo does not read', { facts: { env: { ...facts.env, EDITOR: 'emacs' } } }],
  ])('does not change with %s', (_, change) => {
    expect(keyWith(change)).toBe(keyWith());
  });

  it.each<[string, Change]>([
    ['without a lock file', { texts: { '/r/Cargo.lock': undefined } }],
    ['if a toolchain was not hashed', { facts: { machineDigests: ['digest', undefined] } }],
    ['with a path dependency outside the workspace', members({ dependencies: [{ path: '/elsewhere/lib' }] })],
    ['with a patch', { texts: { '/r/Cargo.toml': '[patch.crates-io]\nserde = { path = "../serde" }\n' } }],
    [
      'with a patch in the configuration',
      { texts: { '/r/.cargo/config.toml': '[patch.crates-io]\na = { path = "a" }\n' } },
    ],
    [
      'with path overrides in the configuration',
      { texts: { '/r/.cargo/config.toml': 'paths = ["../serde"]\n' } },
    ],
    [
      'with vendored packages',
      { texts: { '/r/.cargo/config.toml': '[source.vendored]\ndirectory = "vendor"\n' } },
    ],
    [
      'with a configuration file as an argument',
      { facts: { plans: [{ package: 'app', args: ['--config', 'x.toml'], env: {} }] } },
    ],
  ])('is undefined %s', (_, change) => {
    expect(keyWith(change)).toBeUndefined();
  });
});
