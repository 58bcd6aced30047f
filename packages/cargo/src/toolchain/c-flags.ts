import { basename } from 'node:path';
import { asTable, type TomlTable } from '../manifests/toml.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the flags of C compilers follow from. */
export interface CompilerFlagsFacts {
  readonly triple: string;
  /** Whether the triple is that of the machine that builds. */
  readonly isHost: boolean;
  readonly env: Environment;
  /** cargo's configuration, nearest first. */
  readonly configs: readonly TomlTable[];
}

/**
 * Variables that make C and C++ compilers, which build scripts start, map paths as rustc does: the user's own flags
 * with ours behind. Build scripts find them as the crates `cc` and `cmake` do (cc, "External configuration via
 * environment variables"). A compiler of the user's that is none of gcc, clang and zig gets none: the flag is theirs.
 * @param prefixes pairs of a folder and what takes its place, the wider ones first, since the last that fits counts
 */
export function prefixMapVariables(
  prefixes: readonly (readonly [from: string, to: string])[],
  facts: CompilerFlagsFacts,
): Readonly<Record<string, string>> {
  // Flags are parted at blanks, and there is no way to write one.
  if (facts.triple.endsWith('-msvc') || prefixes.some(([from]) => /\s/.test(from))) return {};
  const flags = prefixes.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`);
  const languages = [
    ['CC', 'CFLAGS'],
    ['CXX', 'CXXFLAGS'],
  ] as const;
  const added = languages.flatMap(([compiler, variable]) => {
    const chosen = settingOf(compiler, facts)?.value;
    if (chosen !== undefined && !mapsPrefixes(chosen)) return [];
    const own = settingOf(variable, facts);
    // What cargo's configuration forces upon a build wins over all that cargo is started with.
    if (own?.forced === true) return [];
    const [exact = '', name = ''] = namesOf(variable, facts);
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

/** The names under which a variable is looked for, the first that is set counts. */
function namesOf(variable: string, { triple, isHost }: CompilerFlagsFacts): string[] {
  return [
    `${variable}_${triple}`,
    `${variable}_${triple.replaceAll('-', '_')}`,
    `${isHost ? 'HOST' : 'TARGET'}_${variable}`,
    variable,
  ];
}

/** What a build script sees (Cargo reference, "Configuration", `[env]`). */
function settingOf(variable: string, facts: CompilerFlagsFacts): Setting | undefined {
  for (const name of namesOf(variable, facts)) {
    const entry = facts.configs.map((config) => asTable(config.env)?.[name]).find((one) => one !== undefined);
    const configured = asTable(entry)?.value ?? entry;
    const forced = asTable(entry)?.force === true;
    const value = forced ? configured : (facts.env[name] ?? configured);
    if (typeof value === 'string') return { name, value, forced };
  }
  return undefined;
}

/** gcc knows the flag since 8 and clang since 10, and a machine that runs Node has no older ones of its own. */
function mapsPrefixes(compiler: string): boolean {
  return compiler
    .split(/\s+/)
    .some((word) =>
      /(?:^|-)(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+|zig|zigcc)(?:-[\d.]+)?$/.test(basename(word)),
    );
}
