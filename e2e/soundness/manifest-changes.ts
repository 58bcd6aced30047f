import { manifest } from '../workspace.ts';
import { type Change, append, replace } from './change.ts';
import type { Binary } from './fixture.ts';

const all: readonly Binary[] = ['alone', 'app', 'other'];

export const manifests: readonly Change[] = [
  {
    name: 'an inherited description',
    apply: replace('Cargo.toml', '"inherited"', '"inherited 2"'),
    changes: ['app'],
  },
  {
    name: 'an inherited version',
    apply: replace('Cargo.toml', '1.2.3', '1.2.4'),
    changes: ['app'],
  },
  {
    name: 'a feature of a dependency',
    apply: replace(
      'crates/other/Cargo.toml',
      '{ path = "../base" }',
      '{ path = "../base", features = ["loud"] }',
    ),
    changes: ['other'],
  },
  {
    name: 'a default feature',
    apply: replace('crates/app/Cargo.toml', 'default = ["shown"]', 'default = []'),
    changes: ['app'],
  },
  {
    name: 'the release profile',
    apply: append('Cargo.toml', '[profile.release]\ndebug-assertions = true\n'),
    changes: all,
  },
  {
    name: 'the profile of one package',
    apply: append('Cargo.toml', '[profile.release.package.alone]\nopt-level = 0\n'),
    changes: ['alone'],
  },
  {
    name: 'the development profile',
    apply: append('Cargo.toml', '[profile.dev]\nopt-level = 1\n'),
    changes: [],
  },
  { name: 'a lint', apply: replace('Cargo.toml', 'unused = "allow"', 'unused = "warn"'), changes: [] },
  {
    name: 'a new crate that nobody uses',
    apply: (workspace) => {
      workspace.write('crates/fresh/Cargo.toml', manifest('fresh'));
      workspace.write('crates/fresh/src/lib.rs', 'pub fn fresh() {}\n');
    },
    changes: [],
  },
  {
    name: 'a patch that leads elsewhere',
    apply: (workspace) => {
      workspace.write('patched2/Cargo.toml', workspace.read('patched/Cargo.toml'));
      workspace.write('patched2/src/lib.rs', workspace.read('patched/src/lib.rs').replace('1', 'elsewhere'));
      replace('Cargo.toml', '"patched"', '"patched2"')(workspace);
    },
    changes: ['app'],
  },
  {
    name: 'a locked package',
    apply: (workspace) => {
      replace('Cargo.toml', '=1.0.17', '=1.0.18')(workspace);
      workspace.cargo('update', '--offline', 'itoa');
    },
    changes: ['app'],
  },
  {
    name: 'a locked package of another crate, which this one has for its tests',
    apply: (workspace) => {
      replace('Cargo.toml', '=2.7.6', '=2.8.3')(workspace);
      workspace.cargo('update', '--offline', 'memchr');
    },
    changes: ['other'],
  },
];
