import { basename } from 'node:path';
import { cargoError } from '../errors.js';
import { asStrings, asTable, type TomlTable } from '../manifests/toml.js';

/** The linker that cargo's configuration names, and the one that its flags tell the compiler driver to use. */
export interface ConfiguredLinker {
  readonly program: string | undefined;
  /** What stands behind `-fuse-ld=`, such as `mold`. */
  readonly fused: string | undefined;
}

/** Debian packages of linkers whose package has another name. */
const debian: Readonly<Record<string, string>> = {
  'ld.lld': 'lld',
  'ld.gold': 'binutils',
  'ld.bfd': 'binutils',
};

/**
 * What configuration says of linking for a triple (Cargo reference, "Configuration", `target.<triple>.linker`).
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
  // Flags in the environment take the place of those in files.
  const flags =
    env.CARGO_ENCODED_RUSTFLAGS ??
    env.RUSTFLAGS ??
    tables.flatMap(({ rustflags }) => textsOf(rustflags)).join(' ');
  return {
    program: typeof named === 'string' ? named : undefined,
    fused: /-fuse-ld=([\w.-]+)/.exec(flags)?.[1],
  };
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : asStrings(value);
}

/**
 * Refuses a build whose own linker is not there, before it compiles for minutes and fails at its first link.
 * @param isThere whether a program is on PATH
 * @throws MillwrightError LINKER_MISSING
 */
export function checkConfiguredLinker(
  { program, fused }: ConfiguredLinker,
  isThere: (program: string) => boolean,
): void {
  const missing = [
    // A path is relative to where cargo's configuration lies: cargo itself will tell.
    ...(program === undefined || basename(program) !== program || isThere(program) ? [] : [program]),
    ...(fused === undefined || isThere(`ld.${fused}`) || isThere(fused) ? [] : [fused]),
  ];
  if (missing.length === 0) return;
  throw cargoError('LINKER_MISSING', {
    what: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`,
    why: "cargo's configuration or environment links with it",
    remedy: `apt-get install ${missing.map((name) => debian[`ld.${name}`] ?? name).join(' ')}`,
  });
}
