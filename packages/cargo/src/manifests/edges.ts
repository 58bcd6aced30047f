import type {
  CargoWorkspace,
  Crate,
  CrateDependency,
  CrateEdge,
  DependencyKind,
  PathPatch,
} from './model.js';
import { Linkage } from './linkage.js';
import type { Lockfile } from './lockfile.js';

/**
 * Finds the edges between the crates of a repository: path dependencies of every kind, and external dependencies that
 * a `[patch]` of the workspace replaces with a local crate. The lock file decides whether a patch applies; without one
 * every patch counts. A patched crate may also be a dependency of an external package.
 * @param crates all crates by folder
 */
export function findEdges(
  workspaces: readonly CargoWorkspace[],
  crates: ReadonlyMap<string, Crate>,
  lockfiles: ReadonlyMap<string, Lockfile>,
): CrateEdge[] {
  const patched = workspaces
    .filter(({ patches }) => patches.length > 0)
    .map((workspace) => {
      const lockfile = lockfiles.get(workspace.root);
      return { workspace, linkage: new Linkage({ workspace, crates, lockfile }) };
    });
  return [...crates.values()].flatMap((crate) => {
    const edges = new Map<string, Set<DependencyKind>>();
    for (const dependency of crate.dependencies) {
      if (isNeverBuilt(dependency)) continue;
      const targets =
        dependency.path === undefined
          ? replacementsFor(crate, dependency, patched).map(({ root }) => root)
          : [dependency.path];
      for (const target of targets) {
        if (target === crate.root || !crates.has(target)) continue;
        const kinds = edges.get(target) ?? new Set();
        edges.set(target, kinds.add(dependency.kind));
      }
    }
    return [...edges].map(([target, kinds]) => ({ source: crate.root, target, kinds: [...kinds] }));
  });
}

/** `cfg(any())` is never true: such dependencies only align the versions of crates that are released together. */
function isNeverBuilt({ target = '' }: CrateDependency): boolean {
  return /^cfg\(\s*any\(\s*\)\s*\)$/.test(target);
}

interface PatchedWorkspace {
  readonly workspace: CargoWorkspace;
  readonly linkage: Linkage;
}

/**
 * Returns the crates that patches substitute for a dependency. A patch applies to everything that its workspace builds.
 * A patched crate that is not a member is therefore subject to the patches of the workspaces that build it, except for
 * its development dependencies, which are not resolved there.
 */
function replacementsFor(
  crate: Crate,
  dependency: CrateDependency,
  patched: readonly PatchedWorkspace[],
): readonly Crate[] {
  const seen = patched.filter(
    ({ workspace, linkage }) =>
      workspace.root === crate.workspaceRoot ||
      (dependency.kind !== 'dev' &&
        workspace.patches.some(({ path }) => path === crate.root) &&
        !linkage.isUnused(crate) &&
        !linkage.isDisabled(crate, dependency)),
  );
  return seen.flatMap(({ workspace, linkage }) => {
    const folders = workspace.patches.filter((patch) => replaces(patch, dependency)).map(({ path }) => path);
    const link = linkage.linkOf(crate, dependency);
    return [
      ...link.crates.filter(({ root }) => folders.includes(root)),
      ...cratesBelow(link.packages, linkage),
    ];
  });
}

/** Returns the local crates that are, by a patch, dependencies of external packages. */
function cratesBelow(packages: readonly number[], linkage: Linkage): Crate[] {
  const found = new Set<Crate>();
  const seen = new Set(packages);
  // The loop also visits items added during iteration.
  for (const index of seen) {
    const crate = linkage.crateOf(index);
    if (crate !== undefined) found.add(crate);
    else for (const dependency of linkage.locked(index)?.dependencies ?? []) seen.add(dependency);
  }
  return [...found];
}

function replaces(patch: PathPatch, dependency: CrateDependency): boolean {
  const source = dependency.git ?? dependency.registry ?? 'crates-io';
  return patch.package === dependency.package && sameSource(patch.source, source);
}

function sameSource(one: string, other: string): boolean {
  const plain = (source: string) =>
    source
      .replace(/\.git$/, '')
      .replace(/\/$/, '')
      .toLowerCase();
  return plain(one) === plain(other);
}
