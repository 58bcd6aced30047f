import { posix } from 'node:path';
import { binariesOf, buildScriptOf, type FileTree, libraryOf, testsOf } from './cargo-targets.js';
import type { Crate, CrateDependency, DependencyKind } from './model.js';
import { asStrings, asTable, tablesOf, type TomlTable } from './toml.js';

/** Resolves symbolic links in the path of a folder. */
interface PathResolver {
  readonly locate: (folder: string) => string;
}

/**
 * Builds a crate's model from its manifest and that of its workspace.
 * @param root the crate's folder
 * @param workspaceManifest the manifest from which fields are inherited
 */
export function crateOf(
  root: string,
  workspaceRoot: string,
  manifest: TomlTable,
  workspaceManifest: TomlTable,
  files: FileTree & Partial<PathResolver>,
): Crate {
  const pack = asTable(manifest.package) ?? {};
  const shared = asTable(workspaceManifest.workspace) ?? {};
  const name = String(pack.name);
  const inherited = (field: string) =>
    asTable(pack[field])?.workspace === true ? asTable(shared.package)?.[field] : pack[field];
  const version = inherited('version');
  const edition = inherited('edition');
  const facts = { root, name, edition: typeof edition === 'string' ? edition : '2015', manifest, files };
  const buildScript = buildScriptOf(facts);
  const metadata = asTable(asTable(pack.metadata)?.millwright);
  return {
    name,
    version: typeof version === 'string' ? version : '0.0.0',
    root,
    workspaceRoot,
    targets: [...libraryOf(facts), ...binariesOf(facts)],
    tests: testsOf(facts),
    ...(buildScript === undefined ? {} : { buildScript }),
    features: Object.fromEntries(
      Object.entries(asTable(manifest.features) ?? {}).map(([feature, values]) => [
        feature,
        asStrings(values),
      ]),
    ),
    dependencies: dependenciesOf(root, workspaceRoot, manifest, asTable(shared.dependencies) ?? {}).map(
      (dependency) =>
        dependency.path === undefined || !files.locate
          ? dependency
          : { ...dependency, path: files.locate(dependency.path) },
    ),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** The tables of dependencies, including deprecated spellings that cargo supports. */
const sections: readonly (readonly [string, DependencyKind])[] = [
  ['dependencies', 'normal'],
  ['build-dependencies', 'build'],
  ['build_dependencies', 'build'],
  ['dev-dependencies', 'dev'],
  ['dev_dependencies', 'dev'],
];

function dependenciesOf(
  root: string,
  workspaceRoot: string,
  manifest: TomlTable,
  shared: TomlTable,
): CrateDependency[] {
  const holders = [[undefined, manifest] as const, ...tablesOf(manifest.target)];
  return holders.flatMap(([target, holder]) =>
    sections.flatMap(([section, kind]) =>
      Object.entries(asTable(holder[section]) ?? {}).map(([key, entry]) => {
        const own = entryTable(entry);
        const inherited = own.workspace === true ? entryTable(shared[key] ?? {}) : undefined;
        return dependencyOf(key, kind, target, own, inherited, inherited ? workspaceRoot : root);
      }),
    ),
  );
}

/** Expands the short form `x = "1"` to a table with a version. */
function entryTable(entry: unknown): TomlTable {
  return typeof entry === 'string' ? { version: entry } : (asTable(entry) ?? {});
}

/** Merges features of inherited dependencies (Cargo reference, "Inheriting a dependency from a workspace"). */
function dependencyOf(
  key: string,
  kind: DependencyKind,
  target: string | undefined,
  own: TomlTable,
  inherited: TomlTable | undefined,
  base: string,
): CrateDependency {
  const source = inherited ?? own;
  const text = (name: string) => (typeof source[name] === 'string' ? source[name] : undefined);
  const path = text('path');
  const defaults = (entry: TomlTable) => entry['default-features'] ?? entry.default_features;
  return {
    key,
    package: text('package') ?? key,
    kind,
    optional: own.optional === true,
    // A member cannot disable default features that the workspace enables, but can enable them.
    defaultFeatures: inherited
      ? defaults(inherited) !== false || defaults(own) === true
      : defaults(own) !== false,
    features: [...new Set([...asStrings(inherited?.features), ...asStrings(own.features)])],
    ...(target === undefined ? {} : { target }),
    ...optional('version', text('version')),
    ...optional('path', path === undefined ? undefined : posix.join(base, path).replace(/\/$/, '')),
    ...optional('git', text('git')),
    ...optional('registry', text('registry')),
  };
}

function optional<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, string>>;
}
