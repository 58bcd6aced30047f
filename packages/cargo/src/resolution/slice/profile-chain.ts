import { asTable, type TomlTable } from '../../manifests/toml.js';

const builtInParents: Readonly<Record<string, string>> = { test: 'dev', bench: 'release', doc: 'dev' };

/**
 * Returns a profile and those from which it inherits, nearest first (Cargo reference, "Profiles").
 * @param tables the `[profile]` tables of the root manifest and of cargo's configuration
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
