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
 * The edges between the crates of a repository: path dependencies of every kind, and dependencies from
 * elsewhere that a `[patch]` of the crate's workspace replaces with a folder of the repository. Whether a patch's
 * version fits is decided by Cargo, in the lock file; without one every patch counts. A patch may also lead back
 * into the repository from packages that the crate takes from elsewhere.
 * @param crates every crate by folder
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
      if (isForNoPlatform(dependency)) continue;
      const targets =
        dependency.path === undefined
          ? patchedBy(crate, dependency, patched).map(({ root }) => root)
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

/** Such dependencies pin the versions of crates that are released together, and nobody builds them. */
function isForNoPlatform({ target = '' }: CrateDependency): boolean {
  return /^cfg\(\s*any\(\s*\)\s*\)$/.test(target);
}

interface PatchedWorkspace {
  readonly workspace: CargoWorkspace;
  readonly linkage: Linkage;
}

/**
 * The crates that take a dependency's place. A patch holds for everything that its workspace builds, so a patched
 * crate outside the workspace's members sees the patches of the workspaces that it is built in, but for its
 * development dependencies, which nobody resolves there.
 */
function patchedBy(
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
        !linkage.leavesOff(crate, dependency)),
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

/** The crates of the repository that a patch brings in below packages from elsewhere. */
function cratesBelow(packages: readonly number[], linkage: Linkage): Crate[] {
  const found = new Set<Crate>();
  const seen = new Set(packages);
  // A set is walked in the order in which it grows.
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
