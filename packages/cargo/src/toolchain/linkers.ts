import { existsSync } from 'node:fs';
import { type Environment, findZig, gnuPrefix, onPath, platformOfTriple } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';
import type { Toolchain } from './locate.js';

/** How a target is linked; `configured` means a linker from cargo's configuration or environment. */
export type LinkerStrategy = 'configured' | 'native' | 'gcc' | 'zigbuild';

export interface LinkerChoice {
  readonly strategy: LinkerStrategy;
  /** One line that names the linker. */
  readonly description: string;
  /** The cargo subcommand for builds. */
  readonly subcommand: 'build' | 'zigbuild';
  /** The wrapper to start instead of cargo; undefined for cargo itself. */
  readonly program?: string;
  /** The value of `--target`; undefined if cargo builds for its host. */
  readonly target?: string;
  /** Changes to the child's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface LinkerRequest {
  readonly triple: string;
  /** The newest glibc version that artifacts may require, such as 2.28. */
  readonly glibc?: string;
  readonly requested: 'auto' | Exclude<LinkerStrategy, 'configured'>;
  /** Whether cargo's configuration names a linker for the triple. */
  readonly configured: boolean;
  /** Whether cargo's configuration sets `build.target`, so that builds for the host require `--target`. */
  readonly nameHost: boolean;
  /** Whether the standard library is built from source; rustc then provides no start files for musl. */
  readonly buildsStandard: boolean;
}

/** The linkers and tools installed on the machine. */
export interface LinkerTools {
  /** The first `cc`, or undefined. */
  readonly cc: string | undefined;
  /** The cross compiler for the triple, preferably with Debian's name, or undefined. */
  readonly gcc: string | undefined;
  readonly zigbuild: string | undefined;
  readonly zig: string | undefined;
  /** The macOS SDK in SDKROOT. */
  readonly appleSdk: string | undefined;
}

/** Finds the linkers for a triple on PATH. */
export function findLinkerTools(triple: string, env: Environment): LinkerTools {
  const first = (...names: string[]) => names.flatMap((name) => onPath(name, env))[0];
  const prefix = gnuPrefix(triple);
  return {
    cc: first('cc', 'gcc', 'clang'),
    gcc: prefix === undefined ? undefined : first(`${prefix}gcc`, `${triple}-gcc`),
    zigbuild: first('cargo-zigbuild'),
    zig: findZig(env),
    appleSdk: env.SDKROOT !== undefined && existsSync(env.SDKROOT) ? env.SDKROOT : undefined,
  };
}

/**
 * Chooses the first strategy that can link the target: configured, native, a cross gcc, cargo-zigbuild.
 * A minimum glibc prefers cargo-zigbuild, because only zig can link against older glibc versions.
 * @throws MillwrightError LINKER_MISSING naming what to install
 */
export function chooseLinker(request: LinkerRequest, toolchain: Toolchain, tools: LinkerTools): LinkerChoice {
  const { triple } = request;
  rejectUnlinkableTarget(request, toolchain.host, tools);
  const isHost = triple === toolchain.host;
  const target = isHost && !request.nameHost && !request.buildsStandard ? {} : { target: triple };
  const options: Record<LinkerStrategy, () => LinkerChoice | undefined> = {
    configured: () =>
      request.configured
        ? {
            strategy: 'configured',
            description: `the configured linker for ${triple}`,
            subcommand: 'build',
            ...target,
            env: {},
          }
        : undefined,
    native: () => {
      if (hasBundledLinker(triple)) {
        const description = 'the linker included with rustc (rust-lld)';
        return { strategy: 'native', description, subcommand: 'build', target: triple, env: {} };
      }
      return tools.cc !== undefined && hostCanLink(triple, toolchain.host)
        ? {
            strategy: 'native',
            description: `native linker (${tools.cc})`,
            subcommand: 'build',
            ...target,
            env: {},
          }
        : undefined;
    },
    gcc: () =>
      tools.gcc === undefined
        ? undefined
        : {
            strategy: 'gcc',
            description: `cross gcc (${tools.gcc})`,
            subcommand: 'build',
            target: triple,
            env: gccEnvironment(triple, tools.gcc),
          },
    zigbuild: () =>
      tools.zigbuild === undefined || tools.zig === undefined
        ? undefined
        : {
            strategy: 'zigbuild',
            description: `cargo-zigbuild (${tools.zigbuild})`,
            subcommand: 'zigbuild',
            program: tools.zigbuild,
            target:
              triple.endsWith('-gnu') && request.glibc !== undefined ? `${triple}.${request.glibc}` : triple,
            env: { CARGO_ZIGBUILD_ZIG_PATH: tools.zig },
          },
  };
  for (const strategy of strategiesFor(request)) {
    const choice = options[strategy]();
    if (choice) return choice;
  }
  throw cargoError('LINKER_MISSING', {
    what: `no linker found for ${triple}`,
    why:
      request.requested === 'auto'
        ? missingLinkers(triple, toolchain.host)
        : `the option "linker" selects ${request.requested}, which is not installed`,
    remedy: linkerRemedy(triple),
  });
}

/**
 * Rejects a triple that can only be linked on another system, before the user installs a toolchain for it: macOS
 * requires Apple's SDK, and msvc Microsoft's linker (cargo-zigbuild README; rustc book, "Platform Support").
 * @param host the host's triple
 * @throws MillwrightError LINKER_MISSING
 */
export function rejectUnlinkableTarget(
  { triple, configured }: Pick<LinkerRequest, 'triple' | 'configured'>,
  host: string,
  { zigbuild, zig, appleSdk }: Pick<LinkerTools, 'zigbuild' | 'zig' | 'appleSdk'>,
): void {
  const ownLinker = `set [target.${triple}] linker in .cargo/config.toml to a linker that supports it`;
  const missing = (why: string, remedy: string) =>
    cargoError('LINKER_MISSING', { what: `cannot link for ${triple} on ${host}`, why, remedy });
  if (configured) return;
  if (triple.includes('-apple-') && !host.includes('-apple-')) {
    if (appleSdk !== undefined && zigbuild !== undefined && zig !== undefined) return;
    throw missing(
      "linking requires Apple's SDK, which is only available on macOS, and SDKROOT is not set to a copy of it",
      `build it on macOS; or set SDKROOT to the folder of a macOS SDK, with cargo-zigbuild installed; or ${ownLinker}`,
    );
  }
  if (triple.endsWith('-msvc') && !host.includes('-windows-'))
    throw missing(
      "linking requires Microsoft's linker and libraries, which are only available on Windows",
      `build it on Windows, or ${ownLinker}`,
    );
}

function strategiesFor(request: LinkerRequest): readonly LinkerStrategy[] {
  if (request.requested !== 'auto') return [request.requested];
  if (request.buildsStandard && request.triple.includes('musl')) return ['configured', 'zigbuild'];
  return request.glibc === undefined
    ? ['configured', 'native', 'gcc', 'zigbuild']
    : ['configured', 'zigbuild', 'native', 'gcc'];
}

/**
 * Returns whether rustc links a triple with its bundled linker: bare metal, UEFI and WebAssembly (rustc book, "Platform
 * Support").
 */
function hasBundledLinker(triple: string): boolean {
  const { arch, os } = factsOfTriple(triple);
  if (triple.endsWith('-emscripten')) return false;
  return arch === 'wasm32' || arch === 'wasm64' || os === 'uefi' || (os === 'none' && arch !== undefined);
}

/** Returns whether the host's cc can link a triple: it has the same architecture; rustc provides musl's start files. */
function hostCanLink(triple: string, host: string): boolean {
  const [arch, , os] = triple.split('-');
  const [hostArch, , hostOs] = host.split('-');
  return triple === host || (arch === hostArch && os === hostOs);
}

/** Returns the variables for a cross compiler (Cargo reference, "Environment Variables"; cc crate). */
function gccEnvironment(triple: string, gcc: string): Record<string, string> {
  const base = gcc.slice(0, -'gcc'.length);
  const lower = triple.replaceAll('-', '_');
  return {
    [`CARGO_TARGET_${lower.toUpperCase()}_LINKER`]: gcc,
    [`CC_${lower}`]: gcc,
    ...(existsSync(`${base}g++`) ? { [`CXX_${lower}`]: `${base}g++` } : {}),
    ...(existsSync(`${base}ar`) ? { [`AR_${lower}`]: `${base}ar` } : {}),
  };
}

function missingLinkers(triple: string, host: string): string {
  const prefix = gnuPrefix(triple);
  const gcc = prefix === undefined ? 'no cross gcc is known for the target' : `${prefix}gcc is not on PATH`;
  return `this machine is ${host}, ${gcc}, and cargo-zigbuild or zig is missing`;
}

function linkerRemedy(triple: string): string {
  const debian = platformOfTriple(triple)?.debian;
  const prefix = gnuPrefix(triple);
  const zig = 'pipx install cargo-zigbuild (includes zig)';
  if (debian === undefined || prefix === undefined || !triple.includes('-gnu')) return zig;
  return `apt-get install gcc-${prefix.slice(0, -1)} libc6-dev-${debian}-cross, or: ${zig}`;
}
