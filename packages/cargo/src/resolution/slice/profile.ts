import { nameOfSpec } from './package-spec.js';
import type { SliceScope } from './scope.js';
import { asTable, type TomlTable } from '../../manifests/toml.js';

/** What a `[profile]` table says of the profiles in use; overrides for packages not in the closure are left out. */
export function reduceProfiles(table: TomlTable, scope: SliceScope): TomlTable {
  const used = scope.profiles.flatMap((name) => {
    const profile = asTable(table[name]);
    if (!profile) return [];
    const { package: overrides, ...rest } = profile;
    const fitting = Object.entries(asTable(overrides) ?? {}).filter(([spec]) => {
      // `"*"` means every package that is no member.
      return spec === '*' ? scope.hasOutsiders : scope.names.has(nameOfSpec(spec));
    });
    const kept = fitting.length > 0 ? { ...rest, package: Object.fromEntries(fitting) } : rest;
    return Object.keys(kept).length === 0 ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(used);
}
