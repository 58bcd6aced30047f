import { basename } from 'node:path';
import { mayHold } from '../resolution/features/cfg.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';
import { profileChain } from '../resolution/slice/profile-chain.js';
import { asTable, tablesOf, type TomlTable } from '../manifests/toml.js';
import { prefixMapVariables } from './c-flags.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What cargo is given beside the user's own options. */
export interface BuildSettings {
  readonly args: readonly string[];
  readonly env: Environment;
  /** Variables for the target's own C compilers, beside those of other targets in the same cargo. */
  readonly compilerEnv: Environment;
  /** The sccache that compiles; undefined where none does. */
  readonly sccache: string | undefined;
}

/** What the settings follow from. */
export interface SettingsFacts {
  readonly profile: string;
  readonly triple: string;
  /** Whether the triple is that of the machine that builds. */
  readonly isHost: boolean;
  /** The folder of the standard library's sources where they are built, since there is no library for the triple. */
  readonly standardSources: string | undefined;
  readonly sqlxOffline: boolean;
  readonly env: Environment;
  /** The root manifest and then cargo's configuration, nearest first. */
  readonly manifest: TomlTable;
  readonly configs: readonly TomlTable[];
  /** Absolute folders, which must not show in the result. */
  readonly repositoryRoot: string;
  readonly cargoHome: string;
  readonly targetDirectory: string;
  /** sccache's path, where it is installed. */
  readonly sccache: string | undefined;
  /** Whether flags must come by the environment, since what runs in cargo's place passes no configuration on. */
  readonly flagsByEnvironment: boolean;
}

/**
 * Settings for a build: a profile for development stays as the developer's own cargo has it, incremental and with
 * full paths; any other gives the same bytes in every clone and uses sccache where it is installed.
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
      // Some formats know no time before 1980. The last commit's would differ where the sources do not.
      ...(development || facts.env.SOURCE_DATE_EPOCH !== undefined ? {} : { SOURCE_DATE_EPOCH: '315532800' }),
      // cargo asks for it where it is not a nightly, and passes each crate a flag that stable refuses without: so it
      // cannot be kept from build scripts, which see a compiler with unstable features, as on a nightly.
      ...(buildsStandard ? { RUSTC_BOOTSTRAP: '1' } : {}),
      ...(facts.sqlxOffline ? { SQLX_OFFLINE: 'true', DATABASE_URL: undefined } : {}),
      ...cache.env,
    },
    compilerEnv: development ? {} : prefixMapVariables(mappedPrefixes(facts), facts),
    sccache: cache.sccache,
  };
}

/** Whether a profile inherits from `dev`, as `test` does. @param tables files that may hold `[profile]` tables */
export function isForDevelopment(profile: string, tables: readonly TomlTable[]): boolean {
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

/** Compilers take the last prefix that fits, so the wider ones come first. */
function mappedPrefixes(facts: SettingsFacts): (readonly [from: string, to: string])[] {
  const { repositoryRoot, cargoHome, targetDirectory } = facts;
  return [
    [repositoryRoot, '.'],
    [cargoHome, '/cargo'],
    [targetDirectory, './target'],
  ];
}

/** Without an operating system there is no `std`. */
function standardCrates(triple: string): string {
  return factsOfTriple(triple).os === 'none' ? 'core,alloc' : 'std,panic_abort';
}

/** A toolchain without the library for musl has none of its start files either: the linker brings them. */
function standardFlags({ standardSources, triple }: SettingsFacts): string[] {
  return standardSources !== undefined && triple.includes('musl') ? ['-Clink-self-contained=no'] : [];
}

interface Flags {
  readonly args: readonly string[];
  readonly env: Environment;
}

/**
 * Adds flags for rustc where the user's own come from, since cargo takes them from one place alone: the
 * environment, else the target's table, else `[build]` (Cargo reference, "Configuration", `build.rustflags`).
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
  if (env.RUSTFLAGS !== undefined) return byEnvironment(words(env.RUSTFLAGS));
  const ofTarget = [
    ...configs.flatMap((config) => {
      return tablesOf(config.target)
        .filter(([condition, { rustflags }]) => rustflags !== undefined && mayHold(condition, triple))
        .map(([, { rustflags }]) => rustflags);
    }),
    ...given(env[`CARGO_TARGET_${triple.replaceAll('-', '_').toUpperCase()}_RUSTFLAGS`]),
  ];
  const ofBuild = [
    ...configs.flatMap((config) => given(asTable(config.build)?.rustflags)),
    ...given(env.CARGO_BUILD_RUSTFLAGS),
  ];
  const used = ofTarget.length > 0 ? ofTarget : ofBuild;
  // Configuration files join lists, but not texts with lists; the nearest comes last.
  if (facts.flagsByEnvironment || used.some((value) => typeof value === 'string')) {
    return byEnvironment(used.toReversed().flatMap((value) => flagsIn(value)));
  }
  const key = ofTarget.length > 0 ? `target.${triple}.rustflags` : 'build.rustflags';
  return { args: ['--config', `${key}=${JSON.stringify(flags)}`], env: {} };
}

function given(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}

function flagsIn(value: unknown): string[] {
  if (typeof value === 'string') return words(value);
  return Array.isArray(value) ? value.filter((flag) => typeof flag === 'string') : [];
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

interface CompilerCache {
  readonly env: Environment;
  readonly sccache: string | undefined;
}

/** The user's own wrapper stands; sccache refuses incremental builds, so the two never meet. */
function compilerCache({ env, configs, sccache }: SettingsFacts, development: boolean): CompilerCache {
  const own =
    env.RUSTC_WRAPPER ??
    env.CARGO_BUILD_RUSTC_WRAPPER ??
    configs.map((config) => asTable(config.build)?.['rustc-wrapper']).find((value) => value !== undefined);
  if (typeof own === 'string') {
    if (!/^sccache(\.exe)?$/.test(basename(own))) return { env: {}, sccache: undefined };
    return { env: { CARGO_INCREMENTAL: '0' }, sccache: own };
  }
  if (development || sccache === undefined) return { env: {}, sccache: undefined };
  return { env: { RUSTC_WRAPPER: sccache, CARGO_INCREMENTAL: '0' }, sccache };
}
