import type {
  CargoWorkspace,
  Crate,
  CrateDependency,
  CrateEdge,
  DependencyKind,
  PathPatch,
} from './model.js';

/**
 * The edges between the crates of a repository: path dependencies of every kind, and dependencies from
 * elsewhere that a `[patch]` of the crate's workspace replaces with a folder of the repository.
 * @param crates every crate by folder
 */
export function findEdges(
  workspaces: readonly CargoWorkspace[],
  crates: ReadonlyMap<string, Crate>,
): CrateEdge[] {
  const patches = new Map(workspaces.map((workspace) => [workspace.root, workspace.patches]));
  return [...crates.values()].flatMap((crate) => {
    const edges = new Map<string, { kinds: Set<DependencyKind>; declaredIn: string }>();
    for (const dependency of crate.dependencies) {
      const own = dependency.path;
      const target = own ?? patchFor(dependency, patchesSeenBy(crate, workspaces, patches))?.path;
      if (target === undefined || target === crate.root || !crates.has(target)) continue;
      const edge = edges.get(target) ?? { kinds: new Set(), declaredIn: manifestOf(crate.root) };
      edge.kinds.add(dependency.kind);
      edges.set(target, edge);
    }
    return [...edges].map(([target, { kinds, declaredIn }]) => ({
      source: crate.root,
      target,
      kinds: [...kinds],
      declaredIn,
    }));
  });
}

/**
 * A patch holds for everything that its workspace builds, so a patched crate outside the workspace's members
 * sees the patches of the workspace above it.
 */
function patchesSeenBy(
  crate: Crate,
  workspaces: readonly CargoWorkspace[],
  patches: ReadonlyMap<string, readonly PathPatch[]>,
): readonly PathPatch[] {
  const own = patches.get(crate.workspaceRoot) ?? [];
  const others = workspaces.filter(({ patches: list }) => list.some((patch) => patch.path === crate.root));
  return [...own, ...others.flatMap((workspace) => workspace.patches)];
}

function patchFor(dependency: CrateDependency, patches: readonly PathPatch[]): PathPatch | undefined {
  const source = dependency.git ?? dependency.registry ?? 'crates-io';
  return patches.find((patch) => patch.package === dependency.package && sameSource(patch.source, source));
}

function sameSource(one: string, other: string): boolean {
  const plain = (source: string) =>
    source
      .replace(/\.git$/, '')
      .replace(/\/$/, '')
      .toLowerCase();
  return plain(one) === plain(other);
}

/** The manifest of a crate's folder. */
export function manifestOf(folder: string): string {
  return folder === '.' ? 'Cargo.toml' : `${folder}/Cargo.toml`;
}
