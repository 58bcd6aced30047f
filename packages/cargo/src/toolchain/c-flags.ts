import { basename } from 'node:path';
import { asTable, type TomlTable } from '../manifests/toml.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The facts that decide the flags of C compilers. */
export interface CompilerFlagsFacts {
  readonly triple: string;
  /** Whether the triple is the host's. */
  readonly isHost: boolean;
  readonly env: Environment;
  /** cargo's configuration, nearest first. */
  readonly configs: readonly TomlTable[];
}

/**
 * Returns variables that make C and C++ compilers in build scripts remap paths as rustc does: the user's flags, followed
 * by ours. The crates `cc` and `cmake` read them (cc, "External configuration via environment variables"). Compilers
 * other than gcc, clang and zig get no flags, because they do not support them.
 * @param prefixes pairs of a folder and its replacement, the most general first: the last match counts
 */
export function prefixMapVariables(
  prefixes: readonly (readonly [from: string, to: string])[],
  facts: CompilerFlagsFacts,
): Readonly<Record<string, string>> {
  // Flags are separated by whitespace, which cannot be escaped.
  if (facts.triple.endsWith('-msvc') || prefixes.some(([from]) => /\s/.test(from))) return {};
  const flags = prefixes.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`);
  const languages = [
    ['CC', 'CFLAGS'],
    ['CXX', 'CXXFLAGS'],
  ] as const;
  const added = languages.flatMap(([compiler, variable]) => {
    const chosen = findSetting(compiler, facts)?.value;
    if (chosen !== undefined && !supportsPrefixMap(chosen)) return [];
    const own = findSetting(variable, facts);
    // `force = true` in cargo's configuration overrides any variable that cargo is started with.
    if (own?.forced === true) return [];
    const [exact = '', name = ''] = namesFor(variable, facts);
    const value = [...(own === undefined ? [] : [own.value]), ...flags].join(' ');
    return [[own?.name === exact ? exact : name, value] as const];
  });
  return Object.fromEntries(added);
}

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly forced: boolean;
}

/** Returns the names of a variable in order of precedence. */
function namesFor(variable: string, { triple, isHost }: CompilerFlagsFacts): string[] {
  return [
    `${variable}_${triple}`,
    `${variable}_${triple.replaceAll('-', '_')}`,
    `${isHost ? 'HOST' : 'TARGET'}_${variable}`,
    variable,
  ];
}

/** Returns the value that a build script sees (Cargo reference, "Configuration", `[env]`). */
function findSetting(variable: string, facts: CompilerFlagsFacts): Setting | undefined {
  for (const name of namesFor(variable, facts)) {
    const entry = facts.configs.map((config) => asTable(config.env)?.[name]).find((one) => one !== undefined);
    const configured = asTable(entry)?.value ?? entry;
    const forced = asTable(entry)?.force === true;
    const value = forced ? configured : (facts.env[name] ?? configured);
    if (typeof value === 'string') return { name, value, forced };
  }
  return undefined;
}

/** gcc supports the flag since 8 and clang since 10; systems that run a supported Node have newer ones. */
function supportsPrefixMap(compiler: string): boolean {
  return compiler
    .split(/\s+/)
    .some((word) =>
      /(?:^|-)(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+|zig|zigcc)(?:-[\d.]+)?$/.test(basename(word)),
    );
}
