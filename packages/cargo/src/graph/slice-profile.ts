import { nameOfSpec } from './package-spec.js';
import { asTable, type TomlTable } from './toml.js';

const builtInParents: Readonly<Record<string, string>> = { test: 'dev', bench: 'release', doc: 'dev' };

/**
 * The profile and those that it inherits from, nearest first (Cargo reference, "Profiles").
 * @param tables the `[profile]` tables that say so, those of cargo's configuration included
 */
export function profileChain(profile: string, tables: readonly TomlTable[]): string[] {
  const chain: string[] = [];
  let name: string | undefined = profile;
  while (name !== undefined && !chain.includes(name)) {
    const current: string = name;
    chain.push(current);
    const parents = tables.map((table) => asTable(table[current])?.inherits);
    name = parents.find((parent) => typeof parent === 'string') ?? builtInParents[current];
  }
  return chain;
}

/**
 * The tables of a profile's chain, each without the overrides for packages that are not in the closure.
 * @param names of the crates and packages of the closure
 * @param hasOutsiders whether the closure holds a package that is no workspace member: `"*"` means those
 */
export function reduceProfiles(
  table: TomlTable,
  chain: readonly string[],
  names: ReadonlySet<string>,
  hasOutsiders: boolean,
): TomlTable {
  const used = chain.flatMap((name) => {
    const profile = asTable(table[name]);
    if (!profile) return [];
    const { package: overrides, ...rest } = profile;
    const fitting = Object.entries(asTable(overrides) ?? {}).filter(([spec]) => {
      return spec === '*' ? hasOutsiders : names.has(nameOfSpec(spec));
    });
    return [[name, fitting.length > 0 ? { ...rest, package: Object.fromEntries(fitting) } : rest] as const];
  });
  return Object.fromEntries(used);
}
