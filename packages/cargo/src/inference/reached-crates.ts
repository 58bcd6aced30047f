import { containsLocalCrate } from '../manifests/lockfile.js';
import type { CrateSources } from '../hashing/inputs.js';
import { manifestOf } from '../manifests/manifest.js';
import type { CargoWorkspace, Crate, CrateEdge } from '../manifests/model.js';
import type { CargoRepository } from '../manifests/repository.js';
import type { ProjectFacts } from './project-facts.js';
import { tripleOf, hostPlatform } from '@millwright/toolkit';
import { Linkage } from '../manifests/linkage.js';
import { Activator } from '../resolution/features/activation.js';
import { resolverOf } from '../resolution/slice/slice.js';
import { configuredTriples } from '../options/configured-triples.js';
import type { SliceFeatures } from './crate-facts.js';

/** Returns the manifests that a workspace's slices depend on: its own, and those of all reachable crates. */
export function manifestsOf(
  workspace: CargoWorkspace,
  { crates }: CargoRepository,
  edgesFrom: ReadonlyMap<string, readonly CrateEdge[]>,
): string[] {
  const reached = new Set([
    ...workspace.crates.map((crate) => crate.root),
    ...workspace.patches.map((patch) => patch.path),
  ]);
  for (const folder of reached) {
    for (const edge of edgesFrom.get(folder) ?? []) reached.add(edge.target);
  }
  // Crates of other workspaces inherit from their own roots.
  const roots = [...reached].flatMap((folder) => crates.get(folder)?.workspaceRoot ?? []);
  return [...new Set([workspace.root, ...reached, ...roots])].map(manifestOf).sort();
}

/**
 * Returns the crate and all local crates in its test builds, including development dependencies. Crates of other
 * workspaces count only if the workspace's lock file has them, because it contains only enabled dependencies.
 */
export function testCrates(
  crate: Crate,
  { repository: { crates, lockfiles }, readsOf, layout }: ProjectFacts,
  edgesFrom: ReadonlyMap<string, readonly CrateEdge[]>,
): CrateSources[] {
  const lockfile = lockfiles.get(crate.workspaceRoot);
  const isBuilt = (folder: string) => {
    const other = crates.get(folder);
    return (
      !lockfile ||
      !other ||
      other.workspaceRoot === crate.workspaceRoot ||
      containsLocalCrate(lockfile, other.name)
    );
  };
  const reached = new Set([crate.root]);
  for (const folder of reached) {
    for (const { target, kinds } of edgesFrom.get(folder) ?? []) {
      // cargo does not compile development dependencies of dependencies.
      const isCompiled = folder === crate.root || kinds.some((kind) => kind !== 'dev');
      if (isCompiled && isBuilt(target)) reached.add(target);
    }
  }
  return [...reached].flatMap((folder) => {
    const found = crates.get(folder);
    return found ? [{ crate: found, reads: readsOf(found), layout }] : [];
  });
}

/** Creates one activator per target triple, shared by the crates of a workspace to reuse results. */
export function activatorsOf(
  workspace: CargoWorkspace,
  facts: ProjectFacts,
  triples: readonly string[],
): Activator[] {
  const { crates, manifests } = facts.repository;
  const linkage = new Linkage({ workspace, crates, lockfile: facts.lockfileOf(workspace) });
  const resolver = resolverOf(manifests.get(manifestOf(workspace.root)) ?? {});
  const host = tripleOf(hostPlatform().platform);
  return triples.map((triple) => new Activator(linkage, { target: triple, host, resolver }));
}

/** Returns all triples that crates of a workspace are built for. */
export function triplesOf(workspace: CargoWorkspace, { optionsOf }: ProjectFacts): string[] {
  const options = new Set([workspace.root, ...workspace.crates.map(({ root }) => root)].map(optionsOf));
  return [...new Set([...options].flatMap(configuredTriples).map(({ triple }) => triple))];
}

/** Returns the local crates in a crate's build, on any of the platforms. */
export function closureOf(
  crate: Crate,
  activators: readonly Activator[],
  facts: ProjectFacts,
  features: SliceFeatures,
): CrateSources[] {
  const { crates } = facts.repository;
  const choice = { features: [], defaultFeatures: true, allFeatures: features === 'all' };
  const roots = new Set<string>();
  for (const activator of activators) {
    for (const root of activator.activate(crate, choice).crates.keys()) roots.add(root);
  }
  roots.delete(crate.root);
  return [crate.root, ...[...roots].sort()].flatMap((root) => {
    const found = crates.get(root);
    return found ? [{ crate: found, reads: facts.readsOf(found), layout: facts.layout }] : [];
  });
}
