import { posix } from 'node:path';
import type { RepositoryFiles } from '@millwright/toolkit';
import type { Crate, CrateDependency, CrateTarget, CrateType, DependencyKind } from './model.js';
import { asStrings, asTable, tablesOf, type TomlTable } from './toml.js';

/** What may be asked of the repository's files; paths are relative to the Nx workspace. */
export type FileTree = Pick<RepositoryFiles, 'exists' | 'list'>;

/**
 * A crate as its manifest and the one of its workspace describe it.
 * @param root the crate's folder
 * @param workspaceManifest the manifest that fields are inherited from
 */
export function crateOf(
  root: string,
  workspaceRoot: string,
  manifest: TomlTable,
  workspaceManifest: TomlTable,
  files: FileTree,
): Crate {
  const pack = asTable(manifest.package) ?? {};
  const shared = asTable(workspaceManifest.workspace) ?? {};
  const name = String(pack.name);
  const version = asTable(pack.version)?.workspace === true ? asTable(shared.package)?.version : pack.version;
  const buildScript = buildScriptOf(root, pack, files);
  const metadata = asTable(asTable(pack.metadata)?.millwright);
  return {
    name,
    version: typeof version === 'string' ? version : '0.0.0',
    root,
    workspaceRoot,
    targets: [...libraryOf(root, name, manifest, files), ...binariesOf(root, name, manifest, files)],
    ...(buildScript === undefined ? {} : { buildScript }),
    features: Object.fromEntries(
      Object.entries(asTable(manifest.features) ?? {}).map(([feature, values]) => [
        feature,
        asStrings(values),
      ]),
    ),
    dependencies: dependenciesOf(root, workspaceRoot, manifest, asTable(shared.dependencies) ?? {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Cargo reference, "Build Scripts": `package.build`, or `build.rs` where it exists. */
function buildScriptOf(root: string, pack: TomlTable, files: FileTree): string | undefined {
  if (pack.build === false) return undefined;
  if (typeof pack.build === 'string') return posix.join(root, pack.build);
  const path = posix.join(root, 'build.rs');
  return files.exists(path) ? path : undefined;
}

/** Cargo reference, "Cargo Targets", "Library". */
function libraryOf(root: string, name: string, manifest: TomlTable, files: FileTree): CrateTarget[] {
  const lib = asTable(manifest.lib);
  const path = posix.join(root, typeof lib?.path === 'string' ? lib.path : 'src/lib.rs');
  if (lib === undefined && (asTable(manifest.package)?.autolib === false || !files.exists(path))) return [];
  const isMacro = lib?.['proc-macro'] === true || lib?.proc_macro === true;
  const types = asStrings(lib?.['crate-type'] ?? lib?.crate_type) as CrateType[];
  return [
    {
      kind: 'lib',
      name: typeof lib?.name === 'string' ? lib.name : name.replaceAll('-', '_'),
      crateTypes: isMacro ? ['proc-macro'] : types.length > 0 ? types : ['lib'],
      path,
      requiredFeatures: [],
    },
  ];
}

/** Cargo reference, "Cargo Targets", "Binaries" and "Target auto-discovery". */
function binariesOf(root: string, name: string, manifest: TomlTable, files: FileTree): CrateTarget[] {
  const found = new Map<string, string>();
  if (asTable(manifest.package)?.autobins !== false) {
    const main = posix.join(root, 'src/main.rs');
    if (files.exists(main)) found.set(name, main);
    const folder = posix.join(root, 'src/bin');
    for (const entry of files.list(folder)) {
      if (entry.endsWith('.rs')) found.set(entry.slice(0, -'.rs'.length), posix.join(folder, entry));
      else if (files.exists(posix.join(folder, entry, 'main.rs')))
        found.set(entry, posix.join(folder, entry, 'main.rs'));
    }
  }
  const required = new Map<string, readonly string[]>();
  for (const bin of tablesIn(manifest.bin)) {
    if (typeof bin.name !== 'string') continue;
    const guesses = [`src/bin/${bin.name}.rs`, `src/bin/${bin.name}/main.rs`, 'src/main.rs'];
    const relative =
      typeof bin.path === 'string'
        ? bin.path
        : guesses.find((guess) => files.exists(posix.join(root, guess)));
    const path = posix.join(root, relative ?? 'src/main.rs');
    // A file that an entry names under another name is not also found under its own.
    for (const [other, otherPath] of found) if (otherPath === path && other !== bin.name) found.delete(other);
    found.set(bin.name, path);
    required.set(bin.name, asStrings(bin['required-features']));
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([bin, path]) => ({
      kind: 'bin' as const,
      name: bin,
      crateTypes: ['bin' as const],
      path,
      requiredFeatures: required.get(bin) ?? [],
    }));
}

function tablesIn(value: unknown): TomlTable[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).map(asTable).filter((table) => table !== undefined);
}

/** The tables of dependencies, with the spellings that cargo still reads. */
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

/** A dependency given as a version alone is a table with a version. */
function entryTable(entry: unknown): TomlTable {
  return typeof entry === 'string' ? { version: entry } : (asTable(entry) ?? {});
}

/** Cargo reference, "Specifying Dependencies", "Inheriting a dependency from a workspace": features add up. */
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
    // What the workspace leaves on stays on; what it switches off a member may switch on again.
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
