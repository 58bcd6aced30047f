import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import type { PluginOptions } from '../options.js';
import { hostPlatform, tripleOf } from '@millwright/toolkit';
import { Activator } from './features/activation.js';
import type { CrateReads } from './sources/crate-reads.js';
import type { DescribedCrate } from './described/schema.js';
import { manifestOf } from './edges.js';
import type { CrateSources } from './targets/inputs.js';
import { Linkage } from './features/linkage.js';
import type { Lockfile } from './lockfile.js';
import type { CargoWorkspace, Crate, CrateEdge } from './model.js';
import type { CargoRepository } from './repository.js';
import { resolverOf } from './slice/slice.js';
import { configuredTriples } from './targets/build-inputs.js';
import type { SliceFeatures } from './targets/crate-facts.js';
import { crateTargets, hasFinalFiles, resolveTarget } from './targets/targets.js';
import { isBelow } from './workspaces.js';

export interface ProjectFacts {
  readonly repository: CargoRepository;
  readonly names: ReadonlyMap<string, string>;
  readonly readsOf: (crate: Crate) => CrateReads;
  /** The files and folders of the repository that cargo's configuration for the workspace names. */
  readonly settingsOf: (workspace: CargoWorkspace) => readonly string[];
  /** Whether features other than the default ones may be asked for in a file of the crate's folder. */
  readonly featuresOf: (crate: Crate) => SliceFeatures;
  /** The workspace's lock file where its patches lead packages from elsewhere back into the repository. */
  readonly lockfileOf: (workspace: CargoWorkspace) => Lockfile | undefined;
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
  /** What a millwright.toml says of the crate of a folder. */
  readonly describedAt: (folder: string) => DescribedCrate | undefined;
  /** The millwright.toml that says something of the source that holds a folder. */
  readonly describedIn: (folder: string) => string | undefined;
  /** The plugin's options for the crate of a folder, or for a workspace's folder. */
  readonly optionsOf: (folder: string) => PluginOptions;
}

/** The projects of a repository by folder, each under the manifest that it is read from. */
export function projectsOf(facts: ProjectFacts): Map<string, ProjectConfiguration> {
  const projects = new Map<string, ProjectConfiguration>();
  const nested = nestedFolders([...facts.repository.crates.keys()]);
  const edgesFrom = Map.groupBy(facts.repository.edges, (edge) => edge.source);
  for (const workspace of facts.repository.workspaces) {
    const triples = triplesOf(workspace, facts);
    const activators = activatorsOf(workspace, facts, triples);
    const settings = facts.settingsOf(workspace);
    for (const crate of workspace.crates) {
      const closure = (features: SliceFeatures) => closureOf(crate, activators, facts, features, nested);
      const options = facts.optionsOf(crate.root);
      projects.set(crate.root, crateProject(crate, workspace, closure, settings, facts, options));
    }
    const manifests = manifestsOf(workspace, facts.repository, edgesFrom);
    const project = projects.get(workspace.root) ?? {
      root: workspace.root,
      name: facts.names.get(workspace.root) ?? posix.basename(workspace.root),
      projectType: 'library',
    };
    const resolve = resolveTarget(workspace, manifests, triples);
    projects.set(workspace.root, { ...project, targets: { ...resolve, ...project.targets } });
  }
  return projects;
}

/** The manifests that a workspace's slices are cut from: its own, and those of all crates that its edges reach. */
function manifestsOf(
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

function crateProject(
  crate: Crate,
  workspace: CargoWorkspace,
  closureWith: (features: SliceFeatures) => CrateSources[],
  settings: readonly string[],
  facts: ProjectFacts,
  options: PluginOptions,
): ProjectConfiguration {
  const features = facts.featuresOf(crate);
  // Only builds are hashed from the closure, and where there are submodules, checks from where it lies.
  const needsClosure = facts.submodules.length > 0 || hasFinalFiles(crate);
  const closure = needsClosure ? closureWith(features) : [];
  const gitlinks = facts.submodules.filter((folder) =>
    closure.some((sources) => isBelow(sources.crate.root, folder)),
  );
  return {
    root: crate.root,
    name: facts.names.get(crate.root) ?? crate.name,
    projectType: crate.targets.some((target) => target.kind === 'bin') ? 'application' : 'library',
    sourceRoot: posix.join(crate.root, 'src'),
    targets: crateTargets(
      {
        crate,
        workspace,
        workspaceProject: facts.names.get(workspace.root) ?? workspace.root,
        closure,
        features,
        gitlinks,
        settings,
        described: facts.describedAt(crate.root),
        describedIn: facts.describedIn(crate.root),
      },
      options,
    ),
  };
}

/** One for each target triple; they share what they learn over the crates of a workspace. */
function activatorsOf(
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

/** The triples that any crate of a workspace is built for. */
function triplesOf(workspace: CargoWorkspace, { optionsOf }: ProjectFacts): string[] {
  const options = new Set([workspace.root, ...workspace.crates.map(({ root }) => root)].map(optionsOf));
  return [...new Set([...options].flatMap(configuredTriples).map(({ triple }) => triple))];
}

/** The crates of the repository that a build of one crate takes on any of the platforms. */
function closureOf(
  crate: Crate,
  activators: readonly Activator[],
  facts: ProjectFacts,
  features: SliceFeatures,
  nested: ReadonlyMap<string, readonly string[]>,
): CrateSources[] {
  const { crates } = facts.repository;
  const choice = { features: [], defaultFeatures: true, allFeatures: features === 'all' };
  const roots = new Set<string>();
  for (const activator of activators) {
    for (const root of activator.activate(crate, choice).crates.keys()) roots.add(root);
  }
  return [...roots].sort().flatMap((root) => {
    const found = crates.get(root);
    return found ? [{ crate: found, reads: facts.readsOf(found), nested: nested.get(root) ?? [] }] : [];
  });
}

/** Which of the folders lie below another of them, by that other. */
function nestedFolders(folders: readonly string[]): Map<string, string[]> {
  const known = new Set(folders);
  const nested = new Map<string, string[]>();
  for (const folder of folders) {
    for (let above = folder; above !== '.';) {
      above = posix.dirname(above);
      if (!known.has(above)) continue;
      const list = nested.get(above);
      if (list) list.push(folder);
      else nested.set(above, [folder]);
    }
  }
  return nested;
}
