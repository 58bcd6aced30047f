import { existsSync } from 'node:fs';
import { type Environment, findZig, gnuPrefix, onPath, platformOfTriple } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';
import type { Toolchain } from './locate.js';

/** How a target is linked; `configured` is the user's own linker, from cargo's configuration or environment. */
export type LinkerStrategy = 'configured' | 'native' | 'gcc' | 'zigbuild' | 'cross';

export interface LinkerChoice {
  readonly strategy: LinkerStrategy;
  /** One line that says what links and why. */
  readonly description: string;
  /** The cargo subcommand that builds. */
  readonly subcommand: 'build' | 'zigbuild';
  /** The program that is started in place of cargo; undefined for cargo itself. */
  readonly program?: string;
  /** What stands behind `--target`; undefined where cargo builds for its own host. */
  readonly target?: string;
  /** Changes to the child's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface LinkerRequest {
  readonly triple: string;
  /** The highest glibc version that the result may require, such as 2.28. */
  readonly glibc?: string;
  readonly wanted: 'auto' | Exclude<LinkerStrategy, 'configured'>;
  /** Whether cargo's configuration names a linker for the triple. */
  readonly configured: boolean;
  /** Whether cargo's configuration sets `build.target`, so that the host needs naming too. */
  readonly nameHost: boolean;
  /** Whether the standard library is built from source; musl's start files then are none of rustc's. */
  readonly buildsStandard: boolean;
}

/** What the machine has, as the choice needs to know it. */
export interface LinkerTools {
  /** The first `cc`, or undefined. */
  readonly cc: string | undefined;
  /** The cross compiler for the triple, Debian's naming first, or undefined. */
  readonly gcc: string | undefined;
  readonly zigbuild: string | undefined;
  readonly zig: string | undefined;
  readonly cross: string | undefined;
  readonly docker: string | undefined;
  /** The folder of a macOS SDK that SDKROOT names. */
  readonly appleSdk: string | undefined;
}

/** Looks for the linkers of a triple on PATH. */
export function findLinkerTools(triple: string, env: Environment): LinkerTools {
  const first = (...names: string[]) => names.flatMap((name) => onPath(name, env))[0];
  const prefix = gnuPrefix(triple);
  return {
    cc: first('cc', 'gcc', 'clang'),
    gcc: prefix === undefined ? undefined : first(`${prefix}gcc`, `${triple}-gcc`),
    zigbuild: first('cargo-zigbuild'),
    zig: findZig(env),
    cross: first('cross'),
    docker: first('docker', 'podman'),
    appleSdk: env.SDKROOT !== undefined && existsSync(env.SDKROOT) ? env.SDKROOT : undefined,
  };
}

/**
 * The first strategy that can link the target: the user's own, native, a cross gcc, cargo-zigbuild, cross.
 * A glibc floor prefers cargo-zigbuild, since it alone can lower the versions of the symbols it links.
 * @throws MillwrightError LINKER_MISSING naming what to install
 */
export function chooseLinker(request: LinkerRequest, toolchain: Toolchain, tools: LinkerTools): LinkerChoice {
  const { triple } = request;
  refuseForeign(request, toolchain.host, tools);
  const isHost = triple === toolchain.host;
  const target = isHost && !request.nameHost && !request.buildsStandard ? {} : { target: triple };
  const options: Record<LinkerStrategy, () => LinkerChoice | undefined> = {
    configured: () =>
      request.configured
        ? {
            strategy: 'configured',
            description: `your own linker for ${triple}`,
            subcommand: 'build',
            ...target,
            env: {},
          }
        : undefined,
    native: () => {
      if (linksItself(triple)) {
        const description = 'the linker that rustc brings (rust-lld)';
        return { strategy: 'native', description, subcommand: 'build', target: triple, env: {} };
      }
      return tools.cc !== undefined && sharesMachine(triple, toolchain.host)
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
    cross: () =>
      tools.cross === undefined || tools.docker === undefined || triple.includes('-apple-')
        ? undefined
        : {
            strategy: 'cross',
            description: `cross (${tools.cross})`,
            subcommand: 'build',
            program: tools.cross,
            target: triple,
            env: {},
          },
  };
  for (const strategy of strategiesFor(request)) {
    const choice = options[strategy]();
    if (choice) return choice;
  }
  throw cargoError('LINKER_MISSING', {
    what: `no linker for ${triple}`,
    why:
      request.wanted === 'auto'
        ? missingLinkers(triple, toolchain.host)
        : `the option "linker" selects ${request.wanted}, which is not installed`,
    remedy: linkerRemedy(triple),
  });
}

/**
 * Refuses a triple whose linker or libraries are on another system alone, so that nobody installs a toolchain for it
 * first: macOS needs Apple's SDK, and msvc Microsoft's linker (cargo-zigbuild README; rustc book, "Platform Support").
 * @param host rustc's triple of this machine
 * @throws MillwrightError LINKER_MISSING
 */
export function refuseForeign(
  { triple, configured }: Pick<LinkerRequest, 'triple' | 'configured'>,
  host: string,
  { zigbuild, zig, appleSdk }: Pick<LinkerTools, 'zigbuild' | 'zig' | 'appleSdk'>,
): void {
  const own = `set [target.${triple}] linker in .cargo/config.toml to a linker of your own`;
  const refuse = (why: string, remedy: string) =>
    cargoError('LINKER_MISSING', { what: `nothing links for ${triple} on ${host}`, why, remedy });
  if (configured) return;
  if (triple.includes('-apple-') && !host.includes('-apple-')) {
    if (appleSdk !== undefined && zigbuild !== undefined && zig !== undefined) return;
    throw refuse(
      "Apple's SDK is on macOS alone, and SDKROOT names none",
      `Build it on macOS; or set SDKROOT to the folder of a macOS SDK, with cargo-zigbuild installed; or ${own}.`,
    );
  }
  if (triple.endsWith('-msvc') && !host.includes('-windows-'))
    throw refuse("Microsoft's linker and libraries are on Windows alone", `Build it on Windows, or ${own}.`);
}

function strategiesFor(request: LinkerRequest): readonly LinkerStrategy[] {
  if (request.wanted !== 'auto') return [request.wanted];
  if (request.buildsStandard && request.triple.includes('musl')) return ['configured', 'zigbuild', 'cross'];
  return request.glibc === undefined
    ? ['configured', 'native', 'gcc', 'zigbuild', 'cross']
    : ['configured', 'zigbuild', 'native', 'gcc', 'cross'];
}

/**
 * Whether rustc links for a triple with a linker of its own: bare metal, UEFI and WebAssembly (rustc book, "Platform
 * Support").
 */
function linksItself(triple: string): boolean {
  const { arch, os } = factsOfTriple(triple);
  if (triple.endsWith('-emscripten')) return false;
  return arch === 'wasm32' || arch === 'wasm64' || os === 'uefi' || (os === 'none' && arch !== undefined);
}

/** The host's own cc can link for its own architecture; rustc brings musl's start files itself. */
function sharesMachine(triple: string, host: string): boolean {
  const [arch, , os] = triple.split('-');
  const [hostArch, , hostOs] = host.split('-');
  return triple === host || (arch === hostArch && os === hostOs);
}

/** cargo's and the cc crate's variables for a cross compiler (Cargo reference, "Environment Variables"; cc crate). */
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
  const gcc = prefix === undefined ? 'no cross gcc is known for it' : `${prefix}gcc is not on PATH`;
  return `this machine is ${host}, ${gcc}, and neither cargo-zigbuild with zig nor cross with Docker is there`;
}

function linkerRemedy(triple: string): string {
  const debian = platformOfTriple(triple)?.debian;
  const prefix = gnuPrefix(triple);
  const zig = 'pipx install cargo-zigbuild, which brings zig';
  if (debian === undefined || prefix === undefined || !triple.includes('-gnu')) return zig;
  return `apt-get install gcc-${prefix.slice(0, -1)} libc6-dev-${debian}-cross, or: ${zig}`;
}
