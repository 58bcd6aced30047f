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
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { parseToml } from '../manifests/toml.js';
import { cargoHomeOf } from './cargo-home.js';

/** A Rust toolchain, by absolute paths, so that what was hashed is what runs whatever a task's PATH says. */
export interface Toolchain {
  /** rustup's name of it, or the folder of a toolchain that rustup does not manage. */
  readonly name: string;
  readonly cargo: string;
  readonly rustc: string;
  readonly sysroot: string;
  /** rustc's triple of the machine that the toolchain runs on. */
  readonly host: string;
}

export interface LocatedToolchains {
  /** In order of preference; the first is what `cargo` means in the folder. */
  readonly candidates: readonly Toolchain[];
  /** What chose the toolchain: then no other may stand in for it. */
  readonly pinnedBy: string | undefined;
}

/**
 * The toolchains that a build in a folder may use, found as rustup finds them (The rustup book, "Overrides":
 * RUSTUP_TOOLCHAIN, then directory overrides and toolchain files from the folder upwards, then the default)
 * without starting it, or on PATH where rustup is not in use.
 * @param wanted a toolchain's name, which wins over everything else
 * @throws MillwrightError TOOLCHAIN_MISSING
 */
export function locateToolchains(folder: string, env: Environment, wanted?: string): LocatedToolchains {
  const onPath = cargosOnPath(env);
  const rustup = onPath.find(isRustupProxy);
  const rustupHome = env.RUSTUP_HOME ?? join(homeFolder(env), '.rustup');
  if (wanted !== undefined) {
    return {
      candidates: [rustupToolchain(rustupHome, wanted, 'the option "toolchain"')],
      pinnedBy: 'the option "toolchain"',
    };
  }
  const system = onPath.filter((cargo) => !isRustupProxy(cargo)).map((cargo) => systemToolchain(cargo, env));
  if (rustup === undefined || rustup !== onPath[0]) {
    const candidates = system.filter((toolchain) => toolchain !== undefined);
    if (candidates.length > 0) return { candidates, pinnedBy: undefined };
    throw cargoError('TOOLCHAIN_MISSING', {
      what: 'no cargo was found on PATH',
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
 * The first toolchain that has a standard library for a target triple, or else the first that has its sources.
 * @throws MillwrightError TARGET_MISSING with the command that brings the library
 */
export function toolchainFor(triple: string, located: LocatedToolchains): Toolchain {
  const found =
    located.candidates.find((candidate) => hasStandardLibrary(candidate, triple)) ??
    located.candidates.find((candidate) => existsSync(standardSources(candidate)));
  if (found) return found;
  const names = located.candidates.map((candidate) => candidate.name).join(', ');
  const first = located.candidates[0];
  throw cargoError('TARGET_MISSING', {
    what: `no Rust standard library for ${triple}`,
    why: `${names} ${located.candidates.length === 1 ? 'contains' : 'contain'} neither the library nor its sources${located.pinnedBy === undefined ? '' : `, and ${located.pinnedBy} allows no other toolchain`}`,
    remedy: `rustup target add ${triple}${first === undefined || isAbsolute(first.name) ? '' : ` --toolchain ${first.name}`}; if rustup has none, install the sources: rustup component add rust-src, or Debian's rust-web-src`,
  });
}

/** Whether a toolchain can compile for a target triple. */
export function hasStandardLibrary(toolchain: Toolchain, triple: string): boolean {
  try {
    return readdirSync(libraryFolder(toolchain, triple)).some((name) => name.startsWith('libcore-'));
  } catch {
    return false;
  }
}

/** The lock file among the sources of a toolchain's standard library, which it may or may not have. */
export function standardSources(toolchain: Toolchain): string {
  return join(toolchain.sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'Cargo.lock');
}

/** Where a toolchain keeps the standard library of a target triple. */
export function libraryFolder(toolchain: Toolchain, triple: string): string {
  return join(toolchain.sysroot, 'lib', 'rustlib', triple, 'lib');
}

/** The toolchains that rustup has installed. */
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
  // A shell that never read rustup's profile still has its cargo.
  if (!found.includes(home) && isExecutable(home)) found.push(home);
  return [...new Set(found)];
}

function isRustupProxy(cargo: string): boolean {
  if (basename(realpathSync(cargo)).startsWith('rustup')) return true;
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
      why: `${join(rustupHome, 'settings.toml')} names none`,
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

/** The toolchain file of a folder (The rustup book, "The toolchain file"); the name without ending wins. */
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

/** The files that pin a toolchain, in the order in which rustup looks for them. */
export const toolchainFileNames = ['rust-toolchain', 'rust-toolchain.toml'] as const;

function rustupToolchain(rustupHome: string, channel: string, source: string): Toolchain {
  const folder = rustupFolder(rustupHome, channel);
  if (folder === undefined) {
    throw cargoError('TOOLCHAIN_MISSING', {
      what: `the Rust toolchain "${channel}" is not installed`,
      why: `${source} asks for it, and ${join(rustupHome, 'toolchains')} does not have it`,
      remedy: `rustup toolchain install ${channel}`,
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
  const guesses = [dirname(bin), dirname(dirname(realpathSync(rustc)))];
  const sysroot =
    guesses.find((folder) => existsSync(join(folder, 'lib', 'rustlib'))) ?? askForSysroot(rustc);
  return sysroot === undefined ? undefined : toolchainIn(bin, sysroot, bin, rustc);
}

/** For compilers behind a script, whose libraries are not beside them. */
function askForSysroot(rustc: string): string | undefined {
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

/** The triples that a toolchain for this machine may have as its own host, likeliest first. */
function hostTriples(): string[] {
  return Object.values(hostPlatform().triples);
}
