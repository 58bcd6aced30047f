import { mayHold } from '../features/cfg.js';
import { patchesOf } from './manifest.js';
import { reduceProfiles } from './profile.js';
import type { SliceScope } from './scope.js';
import { asTable, tablesOf, type TomlTable } from '../../manifests/toml.js';

/** Tables of cargo's configuration that say how cargo fetches, prints or publishes, not what it builds. */
const leftOutTables = new Set([
  'alias',
  'cache',
  'cargo-new',
  'credential-alias',
  'doc',
  'future-incompat-report',
  'http',
  'install',
  'net',
  'registry',
  'term',
]);

const unseenBuildKeys = new Set([
  'build-dir',
  'dep-info-basedir',
  'jobs',
  'rustdoc',
  'rustdocflags',
  'target-dir',
]);

const unseenTargetKeys = new Set(['runner', 'rustdocflags']);

/** One `.cargo/config.toml` reduced to what can change a build's bytes (Cargo reference, "Configuration"). */
export function reduceConfig(config: TomlTable, scope: SliceScope): TomlTable {
  const kept = Object.entries(config).flatMap(([key, value]) => {
    if (leftOutTables.has(key)) return [];
    const reduced = reduceTable(key, value, scope);
    const table = asTable(reduced);
    return table && Object.keys(table).length === 0 ? [] : [[key, reduced] as const];
  });
  return Object.fromEntries(kept);
}

function reduceTable(key: string, value: unknown, scope: SliceScope): unknown {
  const table = asTable(value) ?? {};
  switch (key) {
    case 'build':
      return without(table, unseenBuildKeys);
    case 'target':
      return targetsOf(table, scope);
    case 'profile':
      return reduceProfiles(table, scope);
    case 'patch':
      return patchesOf(table, scope.names);
    case 'registries':
      return registriesOf(table, scope.registries);
    default:
      return value;
  }
}

/** The tables for the target and for the host, under the triple or under a condition that may hold. */
function targetsOf(table: TomlTable, { target, host }: SliceScope): TomlTable {
  const matching = tablesOf(table).filter(([condition]) => {
    return mayHold(condition, target) || mayHold(condition, host);
  });
  return Object.fromEntries(
    matching.map(([condition, settings]) => [condition, without(settings, unseenTargetKeys)]),
  );
}

/** A registry's address decides what is fetched; its token does not. */
function registriesOf(table: TomlTable, used: ReadonlySet<string>): TomlTable {
  const concerned = tablesOf(table).filter(([name, { index }]) => used.has(name) && index !== undefined);
  return Object.fromEntries(concerned.map(([name, { index }]) => [name, { index }]));
}

function without(table: TomlTable, keys: ReadonlySet<string>): TomlTable {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !keys.has(key)));
}
