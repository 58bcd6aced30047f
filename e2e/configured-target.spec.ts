import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** `[build] target` in cargo's configuration: Millwright builds the same targets as plain `cargo build`. */
let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

const thumb = 'thumbv7em-none-eabihf';
// Through a shell, which reports a missing rustup as empty output.
const listTargets = ['-c', 'rustup target list --installed'];
const installed = spawnSync('sh', listTargets, { encoding: 'utf8' }).stdout;
const bareMetal = `#![no_std]
#![no_main]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! { loop {} }
`;

/** Firmware with its own configuration beside a program for the host. */
const repository = (config: string, options: unknown = { platforms: ['linux/amd64'] }, rest: object = {}) =>
  new Workspace(
    {
      'Cargo.toml': '[workspace]\nmembers = ["app"]\nexclude = ["fw"]\nresolver = "2"\n',
      'app/Cargo.toml': manifest('app'),
      'app/src/main.rs': 'fn main() {}\n',
      'fw/.cargo/config.toml': config,
      'fw/Cargo.toml': manifest('fw', '[profile.release]\npanic = "abort"\n'),
      'fw/src/main.rs': bareMetal,
      ...rest,
    },
    options,
  );
const buildsOf = (project: string) => {
  const { targets } = JSON.parse(workspace.nx(['show', 'project', project, '--json']).output) as {
    targets: object;
  };
  return Object.keys(targets).filter((name) => name.startsWith('build-'));
};

it.skipIf(!installed.includes(thumb))(
  `bare metal is built as cargo builds it (needs the Rust target ${thumb})`,
  () => {
    workspace = repository(`[build]\ntarget = "${thumb}"\n`);
    expect(buildsOf('fw')).toEqual([`build-${thumb}`]);
    expect(buildsOf('app')).toEqual(['build-linux-amd64']);
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status, output).toBe(0);
    // `e_machine` of an ELF header: ARM.
    expect(readFileSync(workspace.path(`artifacts/${thumb}/fw`)).readUInt16LE(18)).toBe(40);
    expect(workspace.exists('artifacts/linux/amd64/fw')).toBe(false);
    expect(JSON.parse(workspace.read('artifacts/checksums.json'))).toMatchObject({
      artifacts: [{ path: 'linux/amd64/app' }, { path: `${thumb}/fw`, platform: thumb }],
    });
    expect(workspace.nx(['run', 'fw:doctor']).output).toMatch(new RegExp(`✔ ${thumb}`));
  },
);

it('rejects a target without a standard library before compiling, and doctor reports it', () => {
  workspace = repository('[build]\ntarget = "thumbv6m-none-eabi"\n');
  const env = { RUSTUP_TOOLCHAIN: 'stable' };
  const build = workspace.nx(['run', 'fw:build'], env);
  expect(build.status).not.toBe(0);
  expect(build.output).toContain(
    'error[TARGET_MISSING]: the Rust standard library for thumbv6m-none-eabi is not installed',
  );
  const doctor = workspace.nx(['run', 'fw:doctor'], env);
  expect(doctor.status).not.toBe(0);
  expect(doctor.output).toContain('rustup target add thumbv6m-none-eabi');
});

it.each<[string, string, object, string]>([
  [
    'a target specification',
    '[build]\ntarget = "specs/board.json"\n',
    {},
    'custom target specifications are not supported: fw/specs/board.json',
  ],
  [
    'a target that the package prescribes',
    '',
    {
      'fw/Cargo.toml': `cargo-features = ["per-package-target"]\n${manifest('fw', `forced-target = "${thumb}"\n`)}`,
    },
    'package.forced-target in fw/Cargo.toml is not supported',
  ],
])('rejects %s before compiling', (_, config, rest, what) => {
  workspace = repository(config, undefined, rest);
  const { status, output } = workspace.nx(['run', 'fw:build']);
  expect(status).not.toBe(0);
  expect(output).toContain('error[TARGET_UNSUPPORTED]: ');
  expect(output).toContain(what);
  expect(workspace.exists('fw/target/release')).toBe(false);
});

it.each<[string, unknown, string[]]>([
  ['where the plugin names no platforms', {}, ['build-linux-amd64', 'build-linux-arm64']],
  ['but for platforms that the plugin names', { platforms: ['linux/amd64'] }, ['build-linux-amd64']],
])('builds for configured triples of known platforms, %s', (_, options, expected) => {
  workspace = repository('', options, {
    '.cargo/config.toml': '[build]\ntarget = ["aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl"]\n',
  });
  expect(buildsOf('app').sort()).toEqual(expected);
});

describe('the configuration of a member, and a file that the configuration of its workspace includes', () => {
  const printing = 'fn main() { println!("{:?} {:?}", option_env!("WHO"), option_env!("ALL")); }\n';
  const printed = (name: string) =>
    execFileSync(workspace.path(`artifacts/linux/amd64/${name}`), { encoding: 'utf8' });
  const build = () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status, output).toBe(0);
  };

  it('apply to builds and run, are inputs, and change no other crate', () => {
    workspace = new Workspace({
      'rust/Cargo.toml': '[workspace]\nmembers = ["one", "two"]\nresolver = "2"\n',
      'rust/.cargo/config.toml': 'include = ["../shared.toml"]\n',
      'rust/shared.toml': '[env]\nALL = "all"\n',
      'rust/one/.cargo/config.toml': '[env]\nWHO = "a member"\n',
      ...{ 'rust/one/Cargo.toml': manifest('one'), 'rust/one/src/main.rs': printing },
      ...{ 'rust/two/Cargo.toml': manifest('two'), 'rust/two/src/main.rs': printing },
    });
    expect(workspace.nx(['run', 'one:run']).output).toContain('Some("a member") Some("all")');
    build();
    expect([printed('one'), printed('two')]).toEqual([
      'Some("a member") Some("all")\n',
      'None Some("all")\n',
    ]);
    workspace.write('rust/one/.cargo/config.toml', '[env]\nWHO = "another"\n');
    workspace.write('rust/shared.toml', '[env]\nALL = "both"\n');
    build();
    expect([printed('one'), printed('two')]).toEqual([
      'Some("another") Some("both")\n',
      'None Some("both")\n',
    ]);
  });

  it('decide the targets of the member', () => {
    workspace = new Workspace({
      'Cargo.toml': '[workspace]\nmembers = ["app", "boards/imix"]\nresolver = "2"\n',
      ...{ 'app/Cargo.toml': manifest('app'), 'app/src/main.rs': 'fn main() {}\n' },
      'cargo/board.toml': '[build]\ntarget = "thumbv6m-none-eabi"\n',
      'boards/imix/.cargo/config.toml': 'include = ["../../../cargo/board.toml"]\n',
      ...{ 'boards/imix/Cargo.toml': manifest('imix'), 'boards/imix/src/main.rs': bareMetal },
    });
    expect(buildsOf('imix')).toEqual(['build-thumbv6m-none-eabi']);
    expect(buildsOf('app')).toEqual(['build-linux-amd64']);
  });
});
