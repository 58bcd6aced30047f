import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { manifest, type Workspace } from '../workspace.ts';
import type { Binary } from './fixture.ts';

/** A change to the workspace, with the binaries that it changes. */
export interface Change {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: (workspace: Workspace) => Readonly<Record<string, string | undefined>>;
  readonly changes: readonly Binary[];
  /** Binaries that are rebuilt although their content stays the same, because only the build can determine that. */
  readonly needless?: readonly Binary[];
  /** Whether git cannot detect it, so that `nx affected` is not checked. */
  readonly unseen?: true;
}

const all: readonly Binary[] = ['alone', 'app', 'other'];

const replace = (path: string, from: string, to: string) => (workspace: Workspace) => {
  const text = workspace.read(path);
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  workspace.write(path, text.replace(from, to));
};

const append = (path: string, text: string) => (workspace: Workspace) => {
  workspace.write(path, (existsSync(workspace.path(path)) ? workspace.read(path) : '') + text);
};

/** Changes a file and sets its modification time before all builds. */
const keepingTime = (path: string, from: string, to: string) => (workspace: Workspace) => {
  replace(path, from, to)(workspace);
  utimesSync(workspace.path(path), new Date('2020-01-01'), new Date('2020-01-01'));
};

const relink = (path: string, target: string) => (workspace: Workspace) => {
  rmSync(workspace.path(path));
  symlinkSync(target, workspace.path(path));
};

/** A wrapper that replaces a program and starts it. */
const script = (path: string, body: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
};

const beside = (workspace: Workspace, name: string) =>
  join(dirname(workspace.folder), `${workspace.name}-${name}`);

/** Flags that change every binary. */
const flags = ['--cfg', 'flagged', '-Copt-level=0'];
const flagsInToml = `[build]\nrustflags = ${JSON.stringify(flags)}\n`;

const flaggingWrapper = (path: string, wrapped = flags) => {
  script(
    path,
    `rustc=$1; shift; case "$*" in *--crate-name*) set -- "$@" ${wrapped.join(' ')};; esac; exec "$rustc" "$@"`,
  );
};

export const sources: readonly Change[] = [
  {
    name: 'a module of a library',
    apply: replace('crates/base/src/part.rs', 'base 1', 'base 2'),
    changes: ['app', 'other'],
  },
  {
    name: 'a module that keeps an older time',
    apply: keepingTime('crates/base/src/part.rs', 'base 1', 'base 3'),
    changes: ['app', 'other'],
  },
  {
    name: 'a module moved into a folder',
    apply: (workspace) => {
      mkdirSync(workspace.path('crates/base/src/part'));
      renameSync(workspace.path('crates/base/src/part.rs'), workspace.path('crates/base/src/part/mod.rs'));
      replace('crates/base/src/part/mod.rs', 'base 1', 'base moved')(workspace);
    },
    changes: ['app', 'other'],
  },
  {
    name: 'an untracked module',
    apply: (workspace) => {
      workspace.write('crates/base/src/extra.rs', 'pub fn text() -> &\'static str { "extra" }\n');
      replace('crates/base/src/lib.rs', 'mod part;', '#[path = "extra.rs"] mod part;')(workspace);
    },
    changes: ['app', 'other'],
  },
  {
    name: 'a module deleted for another',
    apply: (workspace) => {
      rmSync(workspace.path('crates/base/src/part.rs'));
      workspace.write('crates/base/src/lib.rs', 'pub fn base() -> &\'static str { "no part" }\n');
    },
    changes: ['app', 'other'],
  },
  {
    name: 'a file outside the crate that is included',
    apply: replace('shared/banner.txt', 'banner 1', 'banner 2'),
    changes: ['app'],
  },
  {
    name: 'an included file that keeps an older time',
    apply: keepingTime('shared/banner.txt', 'banner 1', 'banner 3'),
    changes: ['app'],
  },
  {
    name: 'a source that is included',
    apply: replace('crates/app/generated/answer.rs', 'answer 1', 'answer 2'),
    changes: ['app'],
  },
  {
    name: 'a symlink that points elsewhere',
    apply: relink('crates/app/src/linked.txt', '../../../shared/b.txt'),
    changes: ['app'],
  },
  {
    name: "a symlink's target",
    apply: replace('shared/a.txt', 'link a', 'link a 2'),
    changes: ['app'],
  },
  {
    name: 'a symlink of a folder that points elsewhere',
    apply: relink('crates/app/src/folder', '../../../shared/two'),
    changes: ['app'],
  },
  {
    name: 'a file in a symlinked folder',
    apply: replace('shared/one/in-folder.txt', 'folder one', 'folder one 2'),
    changes: ['app'],
  },
  {
    name: 'a crate outside the Cargo workspace',
    apply: replace('outside/src/lib.rs', 'outside 1', 'outside 2'),
    changes: ['app'],
  },
  {
    name: 'a crate that a patch brings in',
    apply: replace('patched/src/lib.rs', 'patched 1', 'patched 2'),
    changes: ['app'],
  },
  {
    name: 'a proc macro',
    apply: replace('crates/derive/src/lib.rs', 'macro 1', 'macro 2'),
    changes: ['app'],
  },
  {
    name: 'what a proc macro reads',
    apply: replace('crates/derive/greeting.txt', 'greeting 1', 'greeting 2'),
    changes: ['app'],
  },
  {
    name: 'a build script',
    apply: replace('crates/made/build.rs', 'script 1', 'script 2'),
    changes: ['app'],
  },
  {
    name: 'what a build script reads and declares',
    apply: replace('config/made.txt', 'made 1', 'made 2'),
    changes: ['app'],
  },
  {
    name: 'what a build script reads and does not declare',
    apply: replace('crates/made/quiet.txt', 'quiet 1', 'quiet 2'),
    changes: ['app'],
  },
  {
    name: 'a variable that option_env! reads',
    env: () => ({ APP_CHANNEL: 'beta' }),
    changes: ['app'],
    unseen: true,
  },
  {
    name: 'a variable that a build script reads and declares',
    env: () => ({ MADE_DECLARED: 'yes' }),
    changes: ['app'],
    unseen: true,
  },
  {
    name: 'a variable that a build script reads and does not declare',
    env: () => ({ MADE_SILENT: 'yes' }),
    changes: ['app'],
    unseen: true,
  },
  { name: 'a README', apply: append('crates/base/README.md', 'More.\n'), changes: [] },
  { name: 'a test', apply: append('crates/base/tests/works.rs', '// more\n'), changes: [] },
  { name: 'an example', apply: append('crates/app/examples/show.rs', '// more\n'), changes: [] },
  { name: 'a file that nobody reads', apply: replace('config/unused.txt', '1', '2'), changes: [] },
  {
    name: 'a variable that nobody reads',
    env: () => ({ NOBODY_READS_ME: 'yes' }),
    changes: [],
    unseen: true,
  },
  {
    name: 'a time alone',
    apply: (workspace) => {
      utimesSync(workspace.path('crates/base/src/part.rs'), new Date(), new Date());
    },
    changes: [],
  },
];

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

export const settings: readonly Change[] = [
  {
    name: "cargo's configuration in the repository: flags",
    apply: (workspace) => {
      workspace.write('.cargo/config.toml', flagsInToml);
    },
    changes: all,
  },
  {
    name: "cargo's configuration in the repository: a variable",
    apply: (workspace) => {
      workspace.write('.cargo/config.toml', '[env]\nFROM_CONFIG = "configured"\n');
    },
    changes: ['app'],
    needless: ['alone', 'other'],
  },
  {
    name: "cargo's configuration in the repository: how much it prints",
    apply: (workspace) => {
      workspace.write('.cargo/config.toml', '[term]\nquiet = false\n[alias]\nb = "build"\n');
    },
    changes: [],
  },
  {
    name: "cargo's configuration in CARGO_HOME",
    env: (workspace) => ({ CARGO_HOME: cargoHome(workspace, flagsInToml) }),
    changes: all,
    unseen: true,
  },
  { name: 'RUSTFLAGS', env: () => ({ RUSTFLAGS: flags.join(' ') }), changes: all, unseen: true },
  {
    name: 'a flag for C compilers, which a build script may call',
    env: () => ({ CFLAGS: '-DUNUSED' }),
    changes: [],
    needless: ['app'],
    unseen: true,
  },
  {
    name: 'a profile by variable',
    env: () => ({ CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS: 'true' }),
    changes: all,
    unseen: true,
  },
  {
    name: 'a wrapper of the compiler',
    env: (workspace) => {
      flaggingWrapper(beside(workspace, 'wrapper'));
      return { RUSTC_WRAPPER: beside(workspace, 'wrapper') };
    },
    changes: all,
    unseen: true,
  },
  {
    name: 'a wrapper that changed in its place',
    env: (workspace) => {
      const env = { RUSTC_WRAPPER: beside(workspace, 'wrapper') };
      flaggingWrapper(env.RUSTC_WRAPPER, []);
      workspace.nx(['run-many', '-t', 'build'], env);
      flaggingWrapper(env.RUSTC_WRAPPER, ['--cfg', 'flagged', '-Clink-arg=-Wl,--defsym=wrapped=1']);
      return env;
    },
    changes: all,
    unseen: true,
  },
  {
    name: 'a compiler that changed in its place and says that it is the same',
    env: (workspace) => {
      const env = { RUSTC: beside(workspace, 'rustc') };
      const real = execFileSync('rustup', ['which', 'rustc'], { encoding: 'utf8' }).trim();
      script(env.RUSTC, `exec ${real} "$@"`);
      workspace.nx(['run-many', '-t', 'build'], env);
      script(
        env.RUSTC,
        `case "$*" in *--crate-name*-) ;; *--crate-name*) set -- "$@" ${flags.join(' ')};; esac; exec ${real} "$@"`,
      );
      return env;
    },
    changes: all,
    unseen: true,
  },
  {
    name: 'a linker of the repository',
    apply: (workspace) => {
      script(workspace.path('tools/my-gcc'), 'exec cc "$@" -Wl,--defsym=linked_otherwise=1');
      workspace.write('.cargo/config.toml', '[target.x86_64-unknown-linux-gnu]\nlinker = "tools/my-gcc"\n');
    },
    changes: all,
  },
  {
    name: 'a wrapper of the repository that its configuration names',
    apply: (workspace) => {
      flaggingWrapper(workspace.path('tools/wrap.sh'));
      workspace.write('.cargo/config.toml', '[build]\nrustc-wrapper = "tools/wrap.sh"\n');
    },
    // Even an empty variable would override the configuration.
    env: () => ({ RUSTC_WRAPPER: undefined }),
    changes: all,
  },
  {
    name: 'a toolchain file that names another toolchain',
    apply: (workspace) => {
      workspace.write('rust-toolchain.toml', '[toolchain]\nchannel = "nightly"\n');
    },
    changes: all,
  },
];

/** A CARGO_HOME with its own configuration and the packages of the real one. */
function cargoHome(workspace: Workspace, config: string): string {
  const home = beside(workspace, 'cargo-home');
  const real = process.env.CARGO_HOME ?? join(process.env.HOME ?? '', '.cargo');
  mkdirSync(home, { recursive: true });
  if (!existsSync(join(home, 'registry'))) symlinkSync(join(real, 'registry'), join(home, 'registry'));
  const own = ['config', 'config.toml'].map((name) => join(real, name)).find((path) => existsSync(path));
  writeFileSync(join(home, 'config.toml'), config + (own ? readFileSync(own, 'utf8') : ''));
  return home;
}
