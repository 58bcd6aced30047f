import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realRustc, type Workspace } from '../workspace.ts';
import type { Change } from './change.ts';
import type { Binary } from './fixture.ts';

const all: readonly Binary[] = ['alone', 'app', 'other'];

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
      const real = realRustc();
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
    requiresRustup: true,
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
