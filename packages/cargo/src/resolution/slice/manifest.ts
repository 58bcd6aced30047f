import type { ActivatedCrate } from '../features/activation.js';
import type { CrateDependency, DependencyKind } from '../../manifests/model.js';
import { asStrings, asTable, tablesOf, type TomlTable } from '../../manifests/toml.js';

/**
 * The keys of `[package]` that no build can see. All others stay: `env!("CARGO_PKG_…")` reads most of them,
 * also inside macros of other crates.
 */
const unseenPackageKeys = new Set([
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

/** `[package.metadata]` stays, since build scripts such as those of system-deps read it, but for these. */
const unseenMetadataKeys = new Set(['docs', 'millwright']);

/** Sections that a build does not read, or that stand in the slice in another form. */
const leftOutSections = new Set([
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

/** What of `[lib]` and `[[bin]]` concerns tests and documentation alone. */
const unseenTargetKeys = new Set(['bench', 'doc', 'doc-scrape-examples', 'doctest', 'harness', 'test']);

const sectionsOfKind: Readonly<Record<DependencyKind, readonly string[]>> = {
  normal: ['dependencies'],
  build: ['build-dependencies', 'build_dependencies'],
  dev: ['dev-dependencies', 'dev_dependencies'],
};

/**
 * A crate's manifest reduced to what can change the bytes that a build makes of it, with what it inherits
 * put in place: fields that only tests, publishing or search see are left out, and so are features and
 * dependencies that are off. Lints are left out too: they may fail a build, which `check` and `lint` are there to
 * tell, but what is built is the same.
 * @param workspace the root manifest that the crate inherits from
 * @param requested whether the crate itself is built; of others the library alone is
 */
export function reduceManifest(
  manifest: TomlTable,
  workspace: TomlTable,
  activated: ActivatedCrate,
  requested: boolean,
): TomlTable {
  const inherited = asTable(workspace.workspace) ?? {};
  const rest = Object.entries(manifest).filter(([key]) => {
    return !leftOutSections.has(key) && (requested || key !== 'bin');
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
  return table ? without(table, unseenTargetKeys) : value;
}

function packageOf(manifest: TomlTable, inherited: TomlTable): TomlTable {
  const shared = asTable(inherited.package) ?? {};
  const own = without(asTable(manifest.package) ?? asTable(manifest.project) ?? {}, unseenPackageKeys);
  const fields = Object.entries(own).map(([key, value]) => {
    if (key === 'metadata') return [key, without(asTable(value) ?? {}, unseenMetadataKeys)];
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

/** The entries of the dependencies that are on, by kind and condition. */
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

/** `x = "1"` is short for `x = { version = "1" }`. */
function asEntry(value: unknown): TomlTable {
  return typeof value === 'string' ? { version: value } : (asTable(value) ?? {});
}

/** Features add up, all other keys of the entry's own win (Cargo reference, "Workspaces", `dependencies`). */
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

/** `[patch]` of a root manifest or of cargo's configuration, reduced to the packages of a closure. */
export function patchesOf(value: unknown, names: ReadonlySet<string>): TomlTable {
  const sources = tablesOf(value).map(([source, entries]) => {
    const concerned = Object.entries(entries).filter(([key, entry]) => {
      const renamed = asTable(entry)?.package;
      return names.has(typeof renamed === 'string' ? renamed : key);
    });
    return [source, Object.fromEntries(concerned)] as const;
  });
  return Object.fromEntries(sources.filter(([, entries]) => Object.keys(entries).length > 0));
}
