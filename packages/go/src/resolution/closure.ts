import type { BuildContext } from '../source-scan/build-constraint.js';
import type { GoModule, GoPackage, GoSource } from '../source-scan/model.js';
import { builtSources } from '../source-scan/packages.js';
import type { GoRepository } from './repository.js';
import { resolveImport, type ResolvedImport, type LocalModules } from './local-modules.js';

/** The packages and modules of the repository that a build uses. */
export interface Closure {
  /** The packages by folder, each with the sources that are built. */
  readonly packages: ReadonlyMap<
    string,
    { readonly pkg: GoPackage; readonly sources: ReadonlyMap<string, GoSource> }
  >;
  /** The modules of these packages, by folder. */
  readonly modules: ReadonlyMap<string, GoModule>;
  /** The sorted imports from outside the repository and the standard library. */
  readonly external: readonly string[];
}

/**
 * Returns the packages from which programs are built, across the modules of the repository. @param folders
 * main packages
 */
export function closureOf(
  module: GoModule,
  folders: readonly string[],
  local: LocalModules,
  repository: GoRepository,
  context: BuildContext,
): Closure {
  const packages = new Map<string, { pkg: GoPackage; sources: ReadonlyMap<string, GoSource> }>();
  const modules = new Map([[module.root, module]]);
  const external = new Set<string>();
  const queue: ResolvedImport[] = folders.map((folder) => ({
    module,
    folder,
    pkg: module.packages.get(folder),
  }));
  const take = ({ module: owner, folder, pkg: found }: ResolvedImport) => {
    if (packages.has(folder)) return;
    const pkg = found ?? { folder, sources: new Map<string, GoSource>() };
    modules.set(owner.root, owner);
    const sources = builtSources(pkg, context);
    packages.set(folder, { pkg, sources });
    for (const path of [...sources.values()].flatMap((source) => source.imports)) {
      const found = resolveImport(path, local, repository);
      if (found) queue.push(found);
      if (found?.pkg === undefined && !isStandard(path)) external.add(path);
    }
  };
  // The loop also visits elements that are added during the iteration.
  for (const found of queue) take(found);
  if (external.size > 0) {
    for (const found of packagesForOthers(local, repository)) queue.push(found);
    for (const found of queue) take(found);
  }
  return { packages, modules, external: [...external].sort() };
}

/**
 * Returns the packages of the repository that external modules may import: those of all required modules
 * that are replaced by folders. What the external modules import is not known here. A module required at
 * `zeroVersion` is left out: any version that another module requires is newer, and go.mod would name it
 * (Go Modules Reference, "Minimal version selection").
 */
function packagesForOthers(local: LocalModules, repository: GoRepository): ResolvedImport[] {
  const folders = new Map(local.byPath);
  const required = local.main.flatMap(({ mod }) =>
    mod.require.filter(({ version }) => version !== zeroVersion).map(({ path }) => folders.get(path)),
  );
  return [...new Set(required)].flatMap((root) => {
    const module = root === undefined ? undefined : repository.modules.get(root);
    return module === undefined ? [] : [...module.packages].map(([folder, pkg]) => ({ module, folder, pkg }));
  });
}

/** The version that go writes for a module without versions that a folder replaces. */
const zeroVersion = 'v0.0.0-00010101000000-000000000000';

/**
 * Returns true for the standard library: the first element of a module path contains a dot (Go Modules
 * Reference, "Module paths").
 */
function isStandard(path: string): boolean {
  return !(path.split('/')[0] ?? '').includes('.');
}

/** A package and its relevant sources. */
export interface CheckedPackage {
  readonly folder: string;
  readonly sources: ReadonlyMap<string, GoSource>;
}

/**
 * Returns the packages that the checks of a module read: its own packages with tests, and those that they
 * import from modules of the repository. Includes sources of all platforms, because tags and variables
 * select among them.
 */
export function checkedPackages(
  module: GoModule,
  local: LocalModules,
  repository: GoRepository,
): CheckedPackage[] {
  const found = new Map<string, CheckedPackage>();
  const queue: GoPackage[] = [...module.packages.values()];
  for (const { folder, sources } of queue) {
    if (found.has(folder)) continue;
    const isOwn = module.packages.has(folder);
    const counted = [...sources].filter(([name]) => isOwn || !name.endsWith('_test.go'));
    found.set(folder, { folder, sources: new Map(counted) });
    for (const path of counted.flatMap(([, { imports }]) => imports)) {
      const pkg = resolveImport(path, local, repository)?.pkg;
      if (pkg) queue.push(pkg);
    }
  }
  return [...found.values()];
}
