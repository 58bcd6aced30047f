import { asTable, type TomlTable } from '../../manifests/toml.js';

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
