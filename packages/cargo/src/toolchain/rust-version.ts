import { type Environment, type MillwrightError, run } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { installedToolchains, type Toolchain } from './locate.js';

/** What is asked of a compiler's version. */
export interface RustDemand {
  readonly package: string;
  /** `package.rust-version` (Cargo reference, "The Manifest Format"); undefined where the package asks for none. */
  readonly rustVersion: string | undefined;
}

/**
 * Refuses a toolchain that is older than a package asks for, before anything is compiled.
 * @throws MillwrightError RUST_TOO_OLD, naming an installed toolchain that is new enough
 */
export async function checkRustVersion(
  { package: name, rustVersion }: RustDemand,
  toolchain: Toolchain,
  env: Environment,
): Promise<void> {
  if (rustVersion === undefined) return;
  const active = await versionOf(toolchain);
  if (active === undefined || !isOlder(active, rustVersion)) return;
  throw cargoError('RUST_TOO_OLD', {
    what: `${name} requires Rust ${rustVersion}, and ${toolchain.name} is ${active}`,
    why: 'its Cargo.toml sets rust-version',
    remedy: await remedyFor(rustVersion, env),
  });
}

async function remedyFor(rustVersion: string, env: Environment): Promise<string> {
  for (const other of installedToolchains(env)) {
    const version = await versionOf(other);
    if (version !== undefined && !isOlder(version, rustVersion))
      return `${other.name} is installed and is ${version}: set the option "toolchain" to it, or name it in rust-toolchain.toml.`;
  }
  return `rustup update, or rustup toolchain install ${rustVersion}`;
}

/** Whether a version is older than a required one, which may leave its last parts out. */
export function isOlder(version: string, required: string): boolean {
  const [own, wanted] = [version, required].map((text) =>
    text
      .replace(/[-+].*$/, '')
      .split('.')
      .map(Number),
  );
  for (const [index, part] of (wanted ?? []).entries()) {
    const mine = own?.[index] ?? 0;
    if (mine !== part) return mine < part;
  }
  return false;
}

const versions = new Map<string, Promise<string | undefined>>();

/** The compiler's version, such as `1.95.0`; each compiler is asked once. */
function versionOf({ rustc }: Toolchain): Promise<string | undefined> {
  const known = versions.get(rustc);
  if (known !== undefined) return known;
  const asked = run(rustc, ['--version']).then(
    ({ stdout }) => /^rustc (\S+)/.exec(stdout)?.[1],
    () => undefined,
  );
  versions.set(rustc, asked);
  return asked;
}

/** What cargo prints where a manifest, a lock file or a package is newer than itself. */
const tooOldMessages: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /this version of Cargo is older than the `[^`]+` edition|feature `edition\d+` is required/,
    what: 'an edition of Rust that this cargo does not know is asked for',
  },
  {
    pattern: /lock file version `?\d+`? (?:was found, but|requires)/,
    what: 'the Cargo.lock was written by a newer cargo',
  },
  {
    pattern: /rustc [\d.]+\S* is not supported by the following packages?:\s*\S[^\n]*/,
    what: 'a package asks for a newer Rust',
  },
];

/** The error for what cargo printed where it is too old; undefined where it says something else. */
export function tooOldError(log: string): MillwrightError | undefined {
  const [, known = '', edition = ''] =
    /supported edition values are (.+) but `(\d{4})` is unknown/.exec(log) ?? [];
  const newest = Math.max(...[...known.matchAll(/\d{4}/g)].map(([year]) => Number(year)));
  if (known !== '' && Number(edition) > newest) {
    return cargoError('RUST_TOO_OLD', {
      what: `the edition ${edition} of Rust is required`,
      why: `the newest edition that this cargo supports is ${newest}`,
      output: log,
    });
  }
  for (const { pattern, what } of tooOldMessages) {
    const match = pattern.exec(log);
    if (match) return cargoError('RUST_TOO_OLD', { what, why: match[0].trim(), output: log });
  }
  return undefined;
}
