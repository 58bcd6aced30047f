import { basename } from 'node:path';
import { cargoError } from '../errors.js';
import { asStrings, asTable, type TomlTable } from '../manifests/toml.js';

/** The linker in cargo's configuration, and the one that its flags select in the compiler driver. */
export interface ConfiguredLinker {
  readonly program: string | undefined;
  /** The value of `-fuse-ld=`, such as `mold`. */
  readonly fuseLd: string | undefined;
}

/** Debian packages of linkers whose names differ from the program's. */
const debian: Readonly<Record<string, string>> = {
  'ld.lld': 'lld',
  'ld.gold': 'binutils',
  'ld.bfd': 'binutils',
};

/**
 * Reads the configured linker for a triple (Cargo reference, "Configuration", `target.<triple>.linker`).
 * @param configs cargo's configuration, nearest first
 */
export function configuredLinker(
  triple: string,
  env: Readonly<Record<string, string | undefined>>,
  configs: readonly TomlTable[],
): ConfiguredLinker {
  const tables = configs.map((config) => asTable(asTable(config.target)?.[triple]) ?? {});
  const named =
    env[`CARGO_TARGET_${triple.replaceAll('-', '_').toUpperCase()}_LINKER`] ??
    tables.map(({ linker }) => linker).find((linker) => linker !== undefined);
  // Flags in the environment replace those in files.
  const flags =
    env.CARGO_ENCODED_RUSTFLAGS ??
    env.RUSTFLAGS ??
    tables.flatMap(({ rustflags }) => flagsOf(rustflags)).join(' ');
  return {
    program: typeof named === 'string' ? named : undefined,
    fuseLd: /-fuse-ld=([\w.-]+)/.exec(flags)?.[1],
  };
}

function flagsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : asStrings(value);
}

/**
 * Rejects a build whose configured linker is not installed, before it compiles for minutes and fails to link.
 * @param isInstalled returns whether a program is on PATH
 * @throws MillwrightError LINKER_MISSING
 */
export function checkConfiguredLinker(
  { program, fuseLd }: ConfiguredLinker,
  isInstalled: (program: string) => boolean,
): void {
  const missing = [
    // A path is relative to cargo's configuration file. cargo reports it if it is missing.
    ...(program === undefined || basename(program) !== program || isInstalled(program) ? [] : [program]),
    ...(fuseLd === undefined || isInstalled(`ld.${fuseLd}`) || isInstalled(fuseLd) ? [] : [fuseLd]),
  ];
  if (missing.length === 0) return;
  throw cargoError('LINKER_MISSING', {
    what: `the ${missing.length === 1 ? 'linker' : 'linkers'} ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`,
    why: `Cargo's configuration or environment selects ${missing.length === 1 ? 'it' : 'them'}`,
    remedy: `apt-get install ${missing.map((name) => debian[`ld.${name}`] ?? name).join(' ')}`,
  });
}
