import type { ActivatedCrate } from '../features/activation.js';
import type { CrateDependency, DependencyKind } from '../../manifests/model.js';
import { asStrings, asTable, tablesOf, type TomlTable } from '../../manifests/toml.js';

/**
 * Keys of `[package]` that builds cannot read. All others stay: `env!("CARGO_PKG_…")` can read most of them, also in
 * macros of other crates.
 */
const irrelevantPackageKeys = new Set([
  'autobenches',
  'autoexamples',
  'autotests',
  'categories',
  'default-run',
  'documentation',
  'exclude',
  'include',
  'keywords',
  'publish',
  'resolver',
  'workspace',
]);

/** Other keys of `[package.metadata]` stay, because build scripts, such as those with system-deps, read them. */
const irrelevantMetadataKeys = new Set(['docs', 'millwright']);

/** Sections that builds do not read, or that the slice contains in another form. */
const irrelevantSections = new Set([
  'badges',
  'bench',
  'build-dependencies',
  'build_dependencies',
  'dependencies',
  'dev-dependencies',
  'dev_dependencies',
  'example',
  'features',
  'lints',
  'package',
  'patch',
  'profile',
  'project',
  'replace',
  'target',
  'test',
  'workspace',
]);

/** Keys of `[lib]` and `[[bin]]` that affect only tests and documentation. */
const irrelevantTargetKeys = new Set(['bench', 'doc', 'doc-scrape-examples', 'doctest', 'harness', 'test']);

const sectionsOfKind: Readonly<Record<DependencyKind, readonly string[]>> = {
  normal: ['dependencies'],
  build: ['build-dependencies', 'build_dependencies'],
  dev: ['dev-dependencies', 'dev_dependencies'],
};

/**
 * Reduces a manifest to the values that can change artifacts, with inherited values filled in. Omits fields for tests,
 * publishing and search, and disabled features and dependencies. Omits lints as well: they can fail a build, which
 * `check` and `lint` report, but do not change artifacts.
 * @param workspace the root manifest from which the crate inherits
 * @param requested whether the crate itself is built; of dependencies, only the library is
 */
export function reduceManifest(
  manifest: TomlTable,
  workspace: TomlTable,
  activated: ActivatedCrate,
  requested: boolean,
): TomlTable {
  const inherited = asTable(workspace.workspace) ?? {};
  const rest = Object.entries(manifest).filter(([key]) => {
    return !irrelevantSections.has(key) && (requested || key !== 'bin');
  });
  return {
    ...Object.fromEntries(rest.map(([key, value]) => [key, reduceTarget(key, value)])),
    package: packageOf(manifest, inherited),
    features: featuresOf(manifest, activated),
    dependencies: dependenciesOf(manifest, inherited, activated.dependencies),
  };
}

function reduceTarget(key: string, value: unknown): unknown {
  if (key === 'bin' && Array.isArray(value)) return value.map((bin: unknown) => reduceTarget('lib', bin));
  const table = key === 'lib' ? asTable(value) : undefined;
  return table ? without(table, irrelevantTargetKeys) : value;
}

function packageOf(manifest: TomlTable, inherited: TomlTable): TomlTable {
  const shared = asTable(inherited.package) ?? {};
  const own = without(asTable(manifest.package) ?? asTable(manifest.project) ?? {}, irrelevantPackageKeys);
  const fields = Object.entries(own).map(([key, value]) => {
    if (key === 'metadata') return [key, without(asTable(value) ?? {}, irrelevantMetadataKeys)];
    return [key, inherits(value) ? shared[key] : value];
  });
  return Object.fromEntries(fields) as TomlTable;
}

function featuresOf(manifest: TomlTable, activated: ActivatedCrate): TomlTable {
  const defined = asTable(manifest.features) ?? {};
  return Object.fromEntries(
    activated.features.map((name) => [name, [...asStrings(defined[name])].sort()] as const),
  );
}

/** Returns the entries of enabled dependencies, by kind and condition. */
function dependenciesOf(
  manifest: TomlTable,
  inherited: TomlTable,
  active: readonly CrateDependency[],
): TomlTable {
  const shared = asTable(inherited.dependencies) ?? {};
  const groups: Record<string, Record<string, TomlTable>> = {};
  for (const dependency of active) {
    const { key, kind, target, path } = dependency;
    const holder = target === undefined ? manifest : asTable(asTable(manifest.target)?.[target]);
    const section = sectionsOfKind[kind].map((name) => asTable(holder?.[name])).find((table) => table?.[key]);
    const entry = mergeEntry(asEntry(section?.[key]), asEntry(shared[key]));
    const group = (groups[target === undefined ? kind : `${kind} ${target}`] ??= {});
    group[key] = path === undefined ? entry : { ...entry, path };
  }
  return groups;
}

/** Expands `x = "1"` to `x = { version = "1" }`. */
function asEntry(value: unknown): TomlTable {
  return typeof value === 'string' ? { version: value } : (asTable(value) ?? {});
}

/** Merges features; other keys override inherited ones (Cargo reference, "Workspaces", `dependencies`). */
function mergeEntry(own: TomlTable, shared: TomlTable): TomlTable {
  const { workspace, ...rest } = own;
  const base = workspace === true ? shared : {};
  const features = [...new Set([...asStrings(base.features), ...asStrings(own.features)])].sort();
  return { ...base, ...rest, ...(features.length > 0 && { features }) };
}

function inherits(value: unknown): boolean {
  return asTable(value)?.workspace === true;
}

function without(table: TomlTable, keys: ReadonlySet<string>): TomlTable {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !keys.has(key)));
}

/** Reduces a `[patch]` table to the packages of a closure. */
export function patchesOf(value: unknown, names: ReadonlySet<string>): TomlTable {
  const sources = tablesOf(value).map(([source, entries]) => {
    const relevant = Object.entries(entries).filter(([key, entry]) => {
      const renamed = asTable(entry)?.package;
      return names.has(typeof renamed === 'string' ? renamed : key);
    });
    return [source, Object.fromEntries(relevant)] as const;
  });
  return Object.fromEntries(sources.filter(([, entries]) => Object.keys(entries).length > 0));
}
