import { type Environment, type MillwrightError, run, shellWord } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { installedToolchains, type Toolchain } from './locate.js';

/** The Rust version that a package requires. */
export interface RustRequirement {
  readonly package: string;
  /** `package.rust-version` (Cargo reference, "The Manifest Format"); undefined if not set. */
  readonly rustVersion: string | undefined;
}

/**
 * Rejects a toolchain that is older than a package requires, before compiling.
 * @throws MillwrightError RUST_TOO_OLD, naming an installed toolchain that is new enough
 */
export async function checkRustVersion(
  { package: name, rustVersion }: RustRequirement,
  toolchain: Toolchain,
  env: Environment,
): Promise<void> {
  if (rustVersion === undefined) return;
  const active = await versionOf(toolchain);
  if (active === undefined || !isOlder(active, rustVersion)) return;
  throw cargoError('RUST_TOO_OLD', {
    what: `the crate ${name} requires Rust ${rustVersion}, but the toolchain ${toolchain.name} has version ${active}`,
    why: '`rust-version` in the Cargo.toml of the crate sets this minimum',
    remedy: await remedyFor(rustVersion, env),
  });
}

async function remedyFor(rustVersion: string, env: Environment): Promise<string> {
  for (const other of installedToolchains(env)) {
    const version = await versionOf(other);
    if (version !== undefined && !isOlder(version, rustVersion))
      return `use the installed toolchain ${other.name} (Rust ${version}): set the option "toolchain", or channel in rust-toolchain.toml`;
  }
  return `run rustup update, or rustup toolchain install ${shellWord(rustVersion)}`;
}

/** Returns whether a version is older than a required one, which may be incomplete, such as `1.80`. */
export function isOlder(version: string, required: string): boolean {
  const [own, minimum] = [version, required].map((text) =>
    text
      .replace(/[-+].*$/, '')
      .split('.')
      .map(Number),
  );
  for (const [index, part] of (minimum ?? []).entries()) {
    const current = own?.[index] ?? 0;
    if (current !== part) return current < part;
  }
  return false;
}

const versions = new Map<string, Promise<string | undefined>>();

/** Returns the compiler's version, such as `1.95.0`; cached per compiler. */
export function versionOf({ rustc }: Toolchain): Promise<string | undefined> {
  const known = versions.get(rustc);
  if (known !== undefined) return known;
  const version = run(rustc, ['--version']).then(
    ({ stdout }) => /^rustc (\S+)/.exec(stdout)?.[1],
    () => undefined,
  );
  versions.set(rustc, version);
  return version;
}

/** cargo's messages about manifests, lock files and packages that require a newer version. */
const tooOldMessages: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /this version of Cargo is older than the `[^`]+` edition|feature `edition\d+` is required/,
    what: 'a package uses a Rust edition that the active cargo does not support',
  },
  {
    pattern: /lock file version `?\d+`? (?:was found, but|requires)/,
    what: 'Cargo.lock was written by a newer cargo',
  },
  {
    pattern: /rustc [\d.]+\S* is not supported by the following packages?:\s*\S[^\n]*/,
    what: 'a package requires a newer version of Rust',
  },
];

/** Returns the error if cargo failed because it is too old; undefined otherwise. */
export function tooOldError(log: string): MillwrightError | undefined {
  const [, known = '', edition = ''] =
    /supported edition values are (.+) but `(\d{4})` is unknown/.exec(log) ?? [];
  const newest = Math.max(...[...known.matchAll(/\d{4}/g)].map(([year]) => Number(year)));
  if (known !== '' && Number(edition) > newest) {
    return cargoError('RUST_TOO_OLD', {
      what: `a package uses Rust edition ${edition}, which the active cargo does not support`,
      why: `the newest edition that the toolchain supports is ${newest}`,
      output: log,
    });
  }
  for (const { pattern, what } of tooOldMessages) {
    const match = pattern.exec(log);
    if (match) return cargoError('RUST_TOO_OLD', { what, why: match[0].trim(), output: log });
  }
  return undefined;
}
