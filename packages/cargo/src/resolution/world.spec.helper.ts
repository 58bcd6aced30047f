import { posix } from 'node:path';
import { parse } from 'smol-toml';
import { parseLockfile } from '../manifests/lockfile.js';
import type {
  CargoWorkspace,
  Crate,
  CrateDependency,
  DependencyKind,
  PathPatch,
} from '../manifests/model.js';
import type { SliceInput } from './slice/slice.js';
import { asStrings, asTable, tablesOf, type TomlTable } from '../manifests/toml.js';

/** Files by path: manifests, `Cargo.lock`, `.cargo/config.toml`; all other files are passed over. */
export type Files = Readonly<Record<string, string>>;

const kinds: Readonly<Record<string, DependencyKind>> = {
  dependencies: 'normal',
  'build-dependencies': 'build',
  'dev-dependencies': 'dev',
};

/** A small reading of the manifests of one workspace at `.`, enough for the tests of this folder. */
export function sliceInputOf(files: Files, host = 'x86_64-unknown-linux-gnu'): SliceInput {
  const manifests = new Map<string, TomlTable>();
  const configs = new Map<string, TomlTable>();
  for (const [path, text] of Object.entries(files)) {
    if (posix.basename(path) === 'Cargo.toml') manifests.set(path, parse(text));
    if (path.endsWith('.cargo/config.toml')) configs.set(path, parse(text));
  }
  const root = manifests.get('Cargo.toml') ?? {};
  const excluded = asStrings(asTable(root.workspace)?.exclude);
  const crates = [...manifests].flatMap(([path, manifest]) => {
    const folder = posix.dirname(path);
    const alone = excluded.includes(folder) || (folder !== '.' && 'workspace' in manifest);
    return manifest.package === undefined ? [] : [crateOf(folder, alone ? folder : '.', manifest, root)];
  });
  const lock = files['Cargo.lock'];
  const workspace: CargoWorkspace = {
    root: '.',
    crates: crates.filter(({ workspaceRoot }) => workspaceRoot === '.'),
    patches: patchesOf(root),
    profiles: [],
  };
  return {
    workspace,
    crates: new Map(crates.map((crate) => [crate.root, crate])),
    manifests,
    lockfile: lock === undefined ? undefined : parseLockfile(lock, 'Cargo.lock'),
    configs,
    host,
    toolchain: 'rustc 1.95.0',
  };
}

function crateOf(root: string, workspaceRoot: string, manifest: TomlTable, rootManifest: TomlTable): Crate {
  const pack = asTable(manifest.package) ?? {};
  const workspace = asTable(rootManifest.workspace) ?? {};
  const version = asTable(pack.version) ? asTable(workspace.package)?.version : pack.version;
  const isMacro = asTable(manifest.lib)?.['proc-macro'] === true;
  const features = Object.entries(asTable(manifest.features) ?? {});
  const sections = [[undefined, manifest] as const, ...tablesOf(manifest.target)];
  return {
    name: String(pack.name),
    version: typeof version === 'string' ? version : '0.0.0',
    root,
    workspaceRoot,
    targets: [
      {
        kind: 'lib',
        name: String(pack.name).replaceAll('-', '_'),
        crateTypes: [isMacro ? 'proc-macro' : 'lib'],
        path: `${root}/src/lib.rs`,
        requiredFeatures: [],
      },
    ],
    tests: [],
    features: Object.fromEntries(features.map(([name, values]) => [name, asStrings(values)])),
    dependencies: sections.flatMap(([target, holder]) =>
      Object.entries(kinds).flatMap(([section, kind]) =>
        Object.entries(asTable(holder[section]) ?? {}).map(([key, entry]) =>
          dependencyOf(key, kind, target, entry, root, asTable(asTable(workspace.dependencies)?.[key])),
        ),
      ),
    ),
  };
}

function dependencyOf(
  key: string,
  kind: DependencyKind,
  target: string | undefined,
  entry: unknown,
  root: string,
  shared: TomlTable | undefined,
): CrateDependency {
  const own = asTable(entry) ?? { version: entry };
  const inherits = own.workspace === true;
  const merged: TomlTable = inherits ? { ...shared, ...own } : own;
  const features = [...asStrings(own.features), ...(inherits ? asStrings(shared?.features) : [])];
  const { path, git, registry } = merged;
  return {
    key,
    package: typeof merged.package === 'string' ? merged.package : key,
    kind,
    optional: own.optional === true,
    defaultFeatures: merged['default-features'] !== false,
    features,
    ...(target === undefined ? {} : { target }),
    ...(typeof path === 'string' && { path: posix.join(inherits && !('path' in own) ? '.' : root, path) }),
    ...(typeof git === 'string' && { git }),
    ...(typeof registry === 'string' && { registry }),
  };
}

function patchesOf(root: TomlTable): PathPatch[] {
  return tablesOf(root.patch).flatMap(([source, entries]) =>
    tablesOf(entries).flatMap(([key, { path, package: name }]) => {
      const package_ = typeof name === 'string' ? name : key;
      return typeof path === 'string' ? [{ source, package: package_, path: posix.normalize(path) }] : [];
    }),
  );
}
