import { nameOfSpec } from './package-spec.js';
import type { SliceScope } from './scope.js';
import { asTable, type TomlTable } from '../../manifests/toml.js';

/** Reduces a `[profile]` table to the profiles in use, and their overrides to packages of the closure. */
export function reduceProfiles(table: TomlTable, scope: SliceScope): TomlTable {
  const used = scope.profiles.flatMap((name) => {
    const profile = asTable(table[name]);
    if (!profile) return [];
    const { package: overrides, ...rest } = profile;
    const relevant = Object.entries(asTable(overrides) ?? {}).filter(([spec]) => {
      // `"*"` applies to every package that is not a member.
      return spec === '*' ? scope.hasNonMembers : scope.names.has(nameOfSpec(spec));
    });
    const kept = relevant.length > 0 ? { ...rest, package: Object.fromEntries(relevant) } : rest;
    return Object.keys(kept).length === 0 ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(used);
}
