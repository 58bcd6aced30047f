import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import {
  type Environment,
  homeFolder,
  hostPlatform,
  isExecutable,
  onPath,
  ownValue,
  readText,
  shellWord,
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { parseToml } from '../manifests/toml.js';
import { cargoHomeOf } from './cargo-home.js';

/** A Rust toolchain with absolute paths, so that the hashed toolchain is used regardless of a task's PATH. */
export interface Toolchain {
  /** rustup's name for it, or the folder of a toolchain that rustup does not manage. */
  readonly name: string;
  readonly cargo: string;
  readonly rustc: string;
  readonly sysroot: string;
  /** The triple of the machine that the toolchain runs on. */
  readonly host: string;
}

export interface LocatedToolchains {
  /** In order of preference; the first is the one that `cargo` runs in the folder. */
  readonly candidates: readonly Toolchain[];
  /** The setting that selects the toolchain, so that no other may be used; undefined if there is none. */
  readonly pinnedBy: string | undefined;
}

/**
 * Locates the toolchains that a build in a folder may use. Follows rustup's rules without starting it (The rustup book,
 * "Overrides": RUSTUP_TOOLCHAIN, then directory overrides and toolchain files from the folder upwards, then the
 * default), or searches PATH if rustup is not used.
 * @param requested a toolchain's name, which overrides everything else
 * @throws MillwrightError TOOLCHAIN_MISSING
 */
export function locateToolchains(folder: string, env: Environment, requested?: string): LocatedToolchains {
  const onPath = cargosOnPath(env);
  const rustup = onPath.find(isRustupProxy);
  const rustupHome = env.RUSTUP_HOME ?? join(homeFolder(env), '.rustup');
  if (requested !== undefined) {
    return {
      candidates: [rustupToolchain(rustupHome, requested, 'the option "toolchain"')],
      pinnedBy: 'the option "toolchain"',
    };
  }
  const system = onPath.filter((cargo) => !isRustupProxy(cargo)).map((cargo) => systemToolchain(cargo, env));
  if (rustup === undefined || rustup !== onPath[0]) {
    const candidates = system.filter((toolchain) => toolchain !== undefined);
    if (candidates.length > 0) return { candidates, pinnedBy: undefined };
    throw cargoError('TOOLCHAIN_MISSING', {
      what: 'cargo was not found on PATH',
      why: `PATH is ${env.PATH ?? 'not set'}`,
    });
  }
  const choice = rustupChoice(folder, env, rustupHome);
  const first = rustupToolchain(rustupHome, choice.channel, choice.source);
  if (choice.pinned) return { candidates: [first], pinnedBy: choice.source };
  return {
    candidates: [first, ...system.filter((toolchain) => toolchain !== undefined)],
    pinnedBy: undefined,
  };
}

/**
 * Returns the first toolchain that has a standard library for a target triple, or else the first with its sources.
 * @throws MillwrightError TARGET_MISSING with the command that installs the library
 */
export function toolchainFor(triple: string, located: LocatedToolchains): Toolchain {
  const found =
    located.candidates.find((candidate) => hasStandardLibrary(candidate, triple)) ??
    located.candidates.find((candidate) => existsSync(standardSources(candidate)));
  if (found) return found;
  const names = located.candidates.map((candidate) => candidate.name).join(', ');
  const selected = located.pinnedBy === undefined ? '' : `, selected by ${located.pinnedBy},`;
  const first = located.candidates[0];
  throw cargoError('TARGET_MISSING', {
    what: `the Rust standard library for ${triple} is not installed`,
    why: `${located.candidates.length === 1 ? `the toolchain ${names}${selected} includes` : `the toolchains ${names}${selected} include`} neither the library nor its source code`,
    remedy: `rustup target add ${shellWord(triple)}${first === undefined || isAbsolute(first.name) ? '' : ` --toolchain ${shellWord(first.name)}`}; for a target without a prebuilt standard library, install the library's source code: rustup component add rust-src, or Debian's package rust-web-src`,
  });
}

/** Returns whether a toolchain has the standard library for a target triple. */
export function hasStandardLibrary(toolchain: Toolchain, triple: string): boolean {
  try {
    return readdirSync(libraryFolder(toolchain, triple)).some((name) => name.startsWith('libcore-'));
  } catch {
    return false;
  }
}

/** Returns the path of the lock file in the standard library's sources, which may not be installed. */
export function standardSources(toolchain: Toolchain): string {
  return join(toolchain.sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'Cargo.lock');
}

/** Returns the folder of the standard library for a target triple. */
export function libraryFolder(toolchain: Toolchain, triple: string): string {
  return join(toolchain.sysroot, 'lib', 'rustlib', triple, 'lib');
}

/** Returns the toolchains that rustup has installed. */
export function installedToolchains(env: Environment): Toolchain[] {
  const folder = join(env.RUSTUP_HOME ?? join(homeFolder(env), '.rustup'), 'toolchains');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => isExecutable(join(folder, name, 'bin', 'rustc')))
    .map((name) => toolchainIn(name, join(folder, name), join(folder, name, 'bin')));
}

function cargosOnPath(env: Environment): string[] {
  const found = onPath('cargo', env);
  const home = join(cargoHomeOf(env), 'bin', 'cargo');
  // rustup's cargo may be installed although the shell has not read rustup's profile.
  if (!found.includes(home) && isExecutable(home)) found.push(home);
  return [...new Set(found)];
}

function isRustupProxy(cargo: string): boolean {
  if (basename(realpathSync.native(cargo)).startsWith('rustup')) return true;
  const sibling = join(dirname(cargo), process.platform === 'win32' ? 'rustup.exe' : 'rustup');
  return existsSync(sibling) && statSync(sibling).ino === statSync(cargo).ino;
}

function rustupChoice(
  folder: string,
  env: Environment,
  rustupHome: string,
): { channel: string; source: string; pinned: boolean } {
  const fromEnv = env.RUSTUP_TOOLCHAIN;
  if (fromEnv) return { channel: fromEnv, source: 'RUSTUP_TOOLCHAIN', pinned: true };
  const settings = readRustupSettings(rustupHome);
  for (let directory = resolve(folder); ; directory = dirname(directory)) {
    const override = ownValue(settings.overrides, directory);
    if (override !== undefined)
      return { channel: override, source: `rustup's override for ${directory}`, pinned: true };
    const file = readToolchainFile(directory);
    if (file) return { ...file, pinned: true };
    if (dirname(directory) === directory) break;
  }
  if (settings.default === undefined) {
    throw cargoError('TOOLCHAIN_MISSING', {
      what: 'rustup has no default toolchain',
      why: `${join(rustupHome, 'settings.toml')} does not set one`,
      remedy: 'rustup default stable',
    });
  }
  return { channel: settings.default, source: "rustup's default", pinned: false };
}

function readRustupSettings(rustupHome: string): { default?: string; overrides: Record<string, string> } {
  const path = join(rustupHome, 'settings.toml');
  const text = readText(path);
  if (text === undefined) return { overrides: {} };
  const settings = parseToml(text);
  const channel = settings.default_toolchain;
  return {
    ...(typeof channel === 'string' ? { default: channel } : {}),
    overrides: (settings.overrides ?? {}) as Record<string, string>,
  };
}

/** Reads a folder's toolchain file (The rustup book, "The toolchain file"); the name without extension takes precedence. */
function readToolchainFile(directory: string): { channel: string; source: string } | undefined {
  for (const name of toolchainFileNames) {
    const source = join(directory, name);
    const text = readText(source);
    if (text === undefined) continue;
    if (!text.includes('[')) return { channel: text.trim(), source };
    const table = parseToml(text).toolchain as { channel?: unknown; path?: unknown } | undefined;
    if (typeof table?.path === 'string') return { channel: resolve(directory, table.path), source };
    if (typeof table?.channel === 'string') return { channel: table.channel, source };
  }
  return undefined;
}

/** Names of toolchain files, in rustup's order of precedence. */
export const toolchainFileNames = ['rust-toolchain', 'rust-toolchain.toml'] as const;

function rustupToolchain(rustupHome: string, channel: string, source: string): Toolchain {
  const folder = rustupFolder(rustupHome, channel);
  if (folder === undefined) {
    throw cargoError('TOOLCHAIN_MISSING', {
      what: `the Rust toolchain "${channel}" is not installed`,
      why: `${source} selects this toolchain, which is not in ${join(rustupHome, 'toolchains')}`,
      remedy: `rustup toolchain install ${shellWord(channel)}`,
    });
  }
  return toolchainIn(basename(folder), folder, join(folder, 'bin'));
}

function rustupFolder(rustupHome: string, channel: string): string | undefined {
  if (isAbsolute(channel)) return existsSync(channel) ? channel : undefined;
  const folder = join(rustupHome, 'toolchains');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const name = [channel, ...hostTriples().map((triple) => `${channel}-${triple}`)].find((one) =>
    names.includes(one),
  );
  return name === undefined ? undefined : join(folder, name);
}

function systemToolchain(cargo: string, env: Environment): Toolchain | undefined {
  const bin = dirname(cargo);
  const rustc = [join(bin, 'rustc'), ...onPath('rustc', env)].find(
    (path) => isExecutable(path) && !isRustupProxy(path),
  );
  if (rustc === undefined) return undefined;
  const guesses = [dirname(bin), dirname(dirname(realpathSync.native(rustc)))];
  const sysroot = guesses.find((folder) => existsSync(join(folder, 'lib', 'rustlib'))) ?? querySysroot(rustc);
  return sysroot === undefined ? undefined : toolchainIn(bin, sysroot, bin, rustc);
}

/** Runs rustc to find its sysroot, for compilers that are wrapped in a script. */
function querySysroot(rustc: string): string | undefined {
  try {
    return execFileSync(rustc, ['--print', 'sysroot'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function toolchainIn(name: string, sysroot: string, bin: string, rustc = join(bin, 'rustc')): Toolchain {
  const host = hostTriples().find((triple) => existsSync(join(sysroot, 'lib', 'rustlib', triple)));
  return { name, cargo: join(bin, 'cargo'), rustc, sysroot, host: host ?? hostTriples()[0] ?? '' };
}

/** Returns the possible host triples of a toolchain on this machine, most likely first. */
function hostTriples(): string[] {
  return Object.values(hostPlatform().triples);
}
