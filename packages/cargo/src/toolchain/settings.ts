import { basename } from 'node:path';
import { mayApply } from '../resolution/features/cfg.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';
import { profileChain } from '../resolution/slice/profile-chain.js';
import { asTable, tablesOf, type TomlTable } from '../manifests/toml.js';
import { prefixMapVariables } from './c-flags.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The arguments and variables that a build adds to the user's options. */
export interface BuildSettings {
  readonly args: readonly string[];
  readonly env: Environment;
  /** Variables for the target's C compilers; several targets can share one cargo. */
  readonly compilerEnv: Environment;
  /** The path of sccache; undefined if it is not used. */
  readonly sccache: string | undefined;
}

/** The facts that decide the settings. */
export interface SettingsFacts {
  readonly profile: string;
  readonly triple: string;
  /** Whether the triple is the host's. */
  readonly isHost: boolean;
  /** The standard library's sources if it is built because the toolchain has none for the triple; undefined otherwise. */
  readonly standardSources: string | undefined;
  readonly sqlxOffline: boolean;
  readonly env: Environment;
  /** The root manifest, and cargo's configuration, nearest first. */
  readonly manifest: TomlTable;
  readonly configs: readonly TomlTable[];
  /** Absolute folders, which must not occur in artifacts. */
  readonly repositoryRoot: string;
  readonly cargoHome: string;
  readonly targetDirectory: string;
  /** sccache's path; undefined if it is not installed. */
  readonly sccache: string | undefined;
  /** The variables that select sccache's server. */
  readonly sccacheServer: Environment;
  /** Whether to pass flags in the environment, because a wrapper does not pass on configuration. */
  readonly flagsByEnvironment: boolean;
}

/**
 * Returns the settings for a build. Development profiles build as plain cargo does, incrementally and with full paths.
 * Other profiles build reproducibly in every clone, and use sccache if it is installed.
 */
export function settingsFor(facts: SettingsFacts): BuildSettings {
  const development = isForDevelopment(facts.profile, [facts.manifest, ...facts.configs]);
  const cache = compilerCache(facts, development);
  const buildsStandard = facts.standardSources !== undefined;
  const flags = addFlags([...(development ? [] : remapFlags(facts)), ...standardFlags(facts)], facts);
  return {
    args: [...flags.args, ...(buildsStandard ? [`-Zbuild-std=${standardCrates(facts.triple)}`] : [])],
    env: {
      ...flags.env,
      // Some formats cannot represent times before 1980. A commit's time could differ although the sources are equal.
      ...(development || facts.env.SOURCE_DATE_EPOCH !== undefined ? {} : { SOURCE_DATE_EPOCH: '315532800' }),
      // Stable cargo requires this for -Zbuild-std, and so does rustc for every crate. Build scripts therefore see a
      // compiler with unstable features, as on nightly.
      ...(buildsStandard ? { RUSTC_BOOTSTRAP: '1' } : {}),
      ...(facts.sqlxOffline ? { SQLX_OFFLINE: 'true', DATABASE_URL: undefined } : {}),
      ...cache.env,
    },
    compilerEnv: development ? {} : prefixMapVariables(mappedPrefixes(facts), facts),
    sccache: cache.sccache,
  };
}

/** Returns whether a profile inherits from `dev`, as `test` does. @param tables files that may have `[profile]` tables */
function isForDevelopment(profile: string, tables: readonly TomlTable[]): boolean {
  const profiles = tables.map((table) => asTable(table.profile) ?? {});
  return profileChain(profile, profiles).includes('dev');
}

function remapFlags(facts: SettingsFacts): string[] {
  const { standardSources } = facts;
  const prefixes = [
    ...mappedPrefixes(facts),
    ...(standardSources === undefined ? [] : [[standardSources, '/rustc/library']]),
  ];
  return prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** Compilers use the last matching prefix, so the most general ones come first. */
function mappedPrefixes(facts: SettingsFacts): (readonly [from: string, to: string])[] {
  const { repositoryRoot, cargoHome, targetDirectory } = facts;
  return [
    [repositoryRoot, '.'],
    [cargoHome, '/cargo'],
    [targetDirectory, './target'],
  ];
}

/** Targets without an operating system have no `std`. */
function standardCrates(triple: string): string {
  return factsOfTriple(triple).os === 'none' ? 'core,alloc' : 'std,panic_abort';
}

/** A toolchain without the musl library has no start files for it either; the linker provides them. */
function standardFlags({ standardSources, triple }: SettingsFacts): string[] {
  return standardSources !== undefined && triple.includes('musl') ? ['-Clink-self-contained=no'] : [];
}

interface Flags {
  readonly args: readonly string[];
  readonly env: Environment;
}

/**
 * Adds flags for rustc to the source of the user's flags, because cargo uses only one source: the environment, else the
 * target's table, else `[build]` (Cargo reference, "Configuration", `build.rustflags`).
 */
function addFlags(flags: readonly string[], facts: SettingsFacts): Flags {
  const { env, triple, configs } = facts;
  if (flags.length === 0) return { args: [], env: {} };
  const byEnvironment = (own: readonly string[]): Flags => ({
    args: [],
    env: { CARGO_ENCODED_RUSTFLAGS: [...own, ...flags].join('\u001f') },
  });
  if (env.CARGO_ENCODED_RUSTFLAGS !== undefined) {
    return byEnvironment(env.CARGO_ENCODED_RUSTFLAGS.split('\u001f').filter((flag) => flag !== ''));
  }
  if (env.RUSTFLAGS !== undefined) return byEnvironment(splitFlags(env.RUSTFLAGS));
  const ofTarget = [
    ...configs.flatMap((config) => {
      return tablesOf(config.target)
        .filter(([condition, { rustflags }]) => rustflags !== undefined && mayApply(condition, triple))
        .map(([, { rustflags }]) => rustflags);
    }),
    ...present(env[`CARGO_TARGET_${triple.replaceAll('-', '_').toUpperCase()}_RUSTFLAGS`]),
  ];
  const ofBuild = [
    ...configs.flatMap((config) => present(asTable(config.build)?.rustflags)),
    ...present(env.CARGO_BUILD_RUSTFLAGS),
  ];
  const used = ofTarget.length > 0 ? ofTarget : ofBuild;
  // cargo joins lists of several configuration files, but not strings with lists; the nearest comes last.
  if (facts.flagsByEnvironment || used.some((value) => typeof value === 'string')) {
    return byEnvironment(used.toReversed().flatMap((value) => flagsIn(value)));
  }
  const key = ofTarget.length > 0 ? `target.${triple}.rustflags` : 'build.rustflags';
  return { args: ['--config', `${key}=${JSON.stringify(flags)}`], env: {} };
}

function present(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}

function flagsIn(value: unknown): string[] {
  if (typeof value === 'string') return splitFlags(value);
  return Array.isArray(value) ? value.filter((flag) => typeof flag === 'string') : [];
}

function splitFlags(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

interface CompilerCache {
  readonly env: Environment;
  readonly sccache: string | undefined;
}

/** Keeps the user's wrapper, and disables incremental compilation with sccache, which does not support it. */
function compilerCache(
  { env, configs, sccache, sccacheServer }: SettingsFacts,
  development: boolean,
): CompilerCache {
  const own =
    env.RUSTC_WRAPPER ??
    env.CARGO_BUILD_RUSTC_WRAPPER ??
    configs.map((config) => asTable(config.build)?.['rustc-wrapper']).find((value) => value !== undefined);
  if (typeof own === 'string') {
    if (!/^sccache(\.exe)?$/.test(basename(own))) return { env: {}, sccache: undefined };
    return { env: { CARGO_INCREMENTAL: '0' }, sccache: own };
  }
  if (development || sccache === undefined) return { env: {}, sccache: undefined };
  return { env: { RUSTC_WRAPPER: sccache, CARGO_INCREMENTAL: '0', ...sccacheServer }, sccache };
}
