import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { hasRustup, manifest, outcomes, realRustc, Workspace } from '../workspace.ts';

/** Inputs that the options of a target add to a build. */
let workspace: Workspace;
let beside: string | undefined;
afterEach(() => {
  workspace.remove();
  if (beside !== undefined) rmSync(beside, { recursive: true, force: true });
  beside = undefined;
});

type Environment = Readonly<Record<string, string | undefined>>;

/** How each crate's build ended. */
const built = (args: readonly string[], env: Environment = {}) => {
  const { status, output } = workspace.nx(args, env);
  expect(status, output).toBe(0);
  const builds = Object.entries(outcomes(output)).filter(([task]) => task.includes(':build-'));
  return new Map(builds.map(([task, outcome]) => [task.slice(0, task.indexOf(':')), outcome]));
};
const printed = (name = 'app') =>
  execFileSync(workspace.path(`artifacts/linux/amd64/${name}`), { encoding: 'utf8' }).trim();
const main = (expression: string) => `fn main() { println!("{}", ${expression}); }\n`;
const replace = (path: string, from: string, to: string) => {
  workspace.write(path, workspace.read(path).replace(from, to));
};

it('features on the command line add their optional dependencies as inputs, without affecting other builds', () => {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
    'crates/extra/Cargo.toml': manifest('extra'),
    'crates/extra/src/lib.rs': 'pub fn extra() -> &\'static str { "extra 1" }\n',
    'crates/app/Cargo.toml': manifest(
      'app',
      '[features]\nloud = ["dep:extra", "dep:itoa"]\n[dependencies]\nextra = { path = "../extra", optional = true }\nitoa = { version = "=1.0.17", optional = true }\n',
    ),
    'crates/app/src/main.rs': `#[cfg(feature = "loud")]\n${main('extra::extra()')}#[cfg(not(feature = "loud"))]\n${main('"quiet"')}`,
  });
  const plain = ['run', 'app:build'];
  const loud = ['run', 'app:build', '--features=loud'];
  expect(built(plain)).toEqual(new Map([['app', 'built']]));
  expect(printed()).toBe('quiet');
  expect(built(loud)).toEqual(new Map([['app', 'built']]));
  expect(printed()).toBe('extra 1');
  expect(built(loud)).toEqual(new Map([['app', 'cached']]));

  // A locked package that only the feature takes.
  replace('crates/app/Cargo.toml', '=1.0.17', '=1.0.18');
  workspace.cargo('update', '--offline', 'itoa');
  expect(built(plain)).toEqual(new Map([['app', 'cached']]));
  expect(built(loud)).toEqual(new Map([['app', 'built']]));

  // A crate that only the feature takes.
  replace('crates/extra/src/lib.rs', 'extra 1', 'extra 2');
  expect(built(plain)).toEqual(new Map([['app', 'cached']]));
  expect(printed()).toBe('quiet');
  expect(built(loud)).toEqual(new Map([['app', 'built']]));
  expect(printed()).toBe('extra 2');
});

it('features in nx.json add their optional dependencies as inputs', () => {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
    'crates/extra/Cargo.toml': manifest('extra'),
    'crates/extra/src/lib.rs': 'pub fn extra() -> &\'static str { "extra 1" }\n',
    'crates/app/Cargo.toml': manifest(
      'app',
      '[features]\nloud = ["dep:extra"]\n[dependencies]\nextra = { path = "../extra", optional = true }\n',
    ),
    'crates/app/src/main.rs': main('extra::extra()'),
  });
  const nxJson = JSON.parse(workspace.read('nx.json')) as object;
  const targetDefaults = { '@millwright/cargo:cargo-cross': { options: { features: ['loud'] } } };
  workspace.write('nx.json', JSON.stringify({ ...nxJson, targetDefaults }));
  expect(built(['run', 'app:build'])).toEqual(new Map([['app', 'built']]));
  replace('crates/extra/src/lib.rs', 'extra 1', 'extra 2');
  expect(built(['run', 'app:build'])).toEqual(new Map([['app', 'built']]));
  expect(printed()).toBe('extra 2');
});

/** A home of rustup with the machine's toolchain, and one called `mine` whose compiler is a script. */
function rustupHome(): { env: Environment; update: (flags: string) => void } {
  beside = mkdtempSync(join(tmpdir(), 'millwright-rustup-'));
  const rustc = realRustc();
  const real = dirname(dirname(rustc));
  const at = (path: string) => join(beside ?? '', path);
  mkdirSync(at('toolchains/mine/bin'), { recursive: true });
  symlinkSync(real, at('toolchains/usual'));
  for (const name of readdirSync(join(real, 'bin'))) {
    if (name !== 'rustc') symlinkSync(join(real, 'bin', name), at(`toolchains/mine/bin/${name}`));
  }
  symlinkSync(join(real, 'lib'), at('toolchains/mine/lib'));
  writeFileSync(at('settings.toml'), 'version = "12"\ndefault_toolchain = "usual"\n');
  return {
    env: { RUSTUP_HOME: beside, RUSTUP_TOOLCHAIN: undefined },
    update: (flags) => {
      const path = at('toolchains/mine/bin/rustc');
      rmSync(path, { force: true });
      const added = `case "$*" in *"--crate-name app "*) set -- "$@" ${flags};; esac`;
      writeFileSync(path, `#!/bin/sh\n${added}\nexec ${rustc} "$@"\n`);
      chmodSync(path, 0o755);
    },
  };
}

it.skipIf(!hasRustup).each<[string, string | undefined, readonly string[]]>([
  ['a project.json', '{"targets":{"build-linux-amd64":{"options":{"toolchain":"mine"}}}}', []],
  ['the command line', undefined, ['--toolchain=mine']],
])(
  'a toolchain that %s selects is hashed by content, only for those builds (requires rustup)',
  (_, projectJson, options) => {
    workspace = new Workspace({
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
      'crates/app/Cargo.toml': manifest('app', '[lints.rust]\nunexpected_cfgs = "allow"\n'),
      'crates/app/src/main.rs': main('cfg!(updated)'),
      ...(projectJson === undefined ? {} : { 'crates/app/project.json': projectJson }),
      'crates/other/Cargo.toml': manifest('other'),
      'crates/other/src/main.rs': main('1'),
    });
    const { env, update } = rustupHome();
    const mine = ['run', 'app:build-linux-amd64', ...options];
    const others = ['run', 'other:build'];
    update('');
    expect(built(mine, env)).toEqual(new Map([['app', 'built']]));
    expect(built(others, env)).toEqual(new Map([['other', 'built']]));
    expect(printed()).toBe('false');
    expect(built(mine, env)).toEqual(new Map([['app', 'cached']]));
    update('--cfg updated');
    expect(built(mine, env)).toEqual(new Map([['app', 'built']]));
    expect(printed()).toBe('true');
    expect(built(others, env)).toEqual(new Map([['other', 'cached']]));
  },
);
