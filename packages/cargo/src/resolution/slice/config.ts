import { mayApply } from '../features/cfg.js';
import { patchesOf } from './manifest.js';
import { reduceProfiles } from './profile.js';
import type { SliceScope } from './scope.js';
import { asTable, tablesOf, type TomlTable } from '../../manifests/toml.js';

/** Tables of cargo's configuration that affect fetching, output or publishing, but not builds. */
const irrelevantTables = new Set([
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

const irrelevantBuildKeys = new Set([
  'build-dir',
  'dep-info-basedir',
  'jobs',
  'rustdoc',
  'rustdocflags',
  'target-dir',
]);

const irrelevantTargetKeys = new Set(['runner', 'rustdocflags']);

/** Reduces a `.cargo/config.toml` to the settings that can change artifacts (Cargo reference, "Configuration"). */
export function reduceConfig(config: TomlTable, scope: SliceScope): TomlTable {
  const entries = Object.entries(config).flatMap(([key, value]) => {
    if (irrelevantTables.has(key)) return [];
    const reduced = reduceTable(key, value, scope);
    const table = asTable(reduced);
    return table && Object.keys(table).length === 0 ? [] : [[key, reduced] as const];
  });
  return Object.fromEntries(entries);
}

function reduceTable(key: string, value: unknown, scope: SliceScope): unknown {
  const table = asTable(value) ?? {};
  switch (key) {
    case 'build':
      return without(table, irrelevantBuildKeys);
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

/** Returns the tables for the target and the host, by triple or by a condition that may hold. */
function targetsOf(table: TomlTable, { target, host }: SliceScope): TomlTable {
  const matching = tablesOf(table).filter(([condition]) => {
    return mayApply(condition, target) || mayApply(condition, host);
  });
  return Object.fromEntries(
    matching.map(([condition, settings]) => [condition, without(settings, irrelevantTargetKeys)]),
  );
}

/** Keeps the addresses of registries in use, but not their tokens. */
function registriesOf(table: TomlTable, used: ReadonlySet<string>): TomlTable {
  const relevant = tablesOf(table).filter(([name, { index }]) => used.has(name) && index !== undefined);
  return Object.fromEntries(relevant.map(([name, { index }]) => [name, { index }]));
}

function without(table: TomlTable, keys: ReadonlySet<string>): TomlTable {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !keys.has(key)));
}
