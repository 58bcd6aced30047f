import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { projectFolders } from '@millwright/artifacts';
import { hostPlatform, tripleOf } from '@millwright/toolkit';
import { Activator } from '../resolution/features/activation.js';
import { CSources } from '../resolution/features/c-sources.js';
import type { CrateReads } from '../source-scan/crate-reads.js';
import type { Layout } from '../source-scan/layout.js';
import type { VendoredCrate } from '../vendored/schema.js';
import { checkInputsOf, type CrateSources, filesOfCrate } from '../hashing/inputs.js';
import { Linkage } from '../manifests/linkage.js';
import { holdsCrate, type Lockfile } from '../manifests/lockfile.js';
import type { CargoWorkspace, Crate, CrateEdge } from '../manifests/model.js';
import type { CargoRepository } from '../manifests/repository.js';
import { resolverOf } from '../resolution/slice/slice.js';
import { type BuildOptions, configuredTriples } from '../options/configured-triples.js';
import type { CrateFacts, SliceFeatures } from './crate-facts.js';
import { fileNamesAnywhere } from './final-files.js';
import { toolchainsIn } from './option-inputs.js';
import { crateTargets, hasFinalFiles, resolveExecutor, resolveTarget } from './targets.js';
import { isWithin } from '../manifests/workspaces.js';
import { manifestOf } from '../manifests/manifest.js';

export interface ProjectFacts {
  readonly repository: CargoRepository;
  readonly names: ReadonlyMap<string, string>;
  readonly readsOf: (crate: Crate) => CrateReads;
  /** The files and folders of the repository that cargo's configuration for the workspace names. */
  readonly settingsOf: (workspace: CargoWorkspace) => readonly string[];
  /** The folders of the repository that this configuration has cargo write to. */
  readonly targetFoldersOf: (workspace: CargoWorkspace) => readonly string[];
  /** Whether features other than the default ones may be asked for in a file of the crate's folder. */
  readonly featuresOf: (crate: Crate) => SliceFeatures;
  /** Whether a file of the crate's folder names projects that it depends on. */
  readonly namesDependencies: (crate: Crate) => boolean;
  /** The workspace's lock file where its patches lead packages from elsewhere back into the repository. */
  readonly lockfileOf: (workspace: CargoWorkspace) => Lockfile | undefined;
  /** The text of a workspace's lock file; undefined where there is none. */
  readonly lockTextOf: (workspace: CargoWorkspace) => string | undefined;
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
  /** Where the packages of the repository lie. */
  readonly layout: Layout;
  /** What a millwright.toml says of the crate of a folder. */
  readonly vendoredAt: (folder: string) => VendoredCrate | undefined;
  /** The millwright.toml that says something of the source that holds a folder. */
  readonly describedIn: (folder: string) => string | undefined;
  /** What users say of options of a target of the project in a folder. */
  readonly writtenFor: (folder: string, target: string, executor: string | undefined) => readonly unknown[];
  /** The plugin's options for the crate of a folder, or for a workspace's folder. */
  readonly optionsOf: (folder: string) => BuildOptions;
}

/** The projects of a repository, and what they follow from beside its manifests. */
export interface InferredProjects {
  /** By folder, each under the manifest that it is read from. */
  readonly projects: ReadonlyMap<string, ProjectConfiguration>;
  /** What the sources of crates read, by the crates' folders: of all crates that a target's inputs follow from. */
  readonly reads: ReadonlyMap<string, CrateReads>;
  /** The toolchains that the options of targets name, in order. */
  readonly toolchains: readonly string[];
}

export function inferredProjects(given: ProjectFacts): InferredProjects {
  const projects = new Map<string, ProjectConfiguration>();
  const reads = new Map<string, CrateReads>();
  const facts: ProjectFacts = {
    ...given,
    readsOf: (crate) => {
      const known = reads.get(crate.root) ?? given.readsOf(crate);
      reads.set(crate.root, known);
      return known;
    },
  };
  const edgesFrom = Map.groupBy(facts.repository.edges, (edge) => edge.source);
  const folders = foldersOf(facts);
  for (const workspace of facts.repository.workspaces) {
    if (facts.repository.refused.has(workspace.root)) {
      for (const crate of workspace.crates) projects.set(crate.root, dependencyProject(crate, facts));
      continue;
    }
    const triples = triplesOf(workspace, facts);
    const activators = activatorsOf(workspace, facts, triples);
    const cSources = new CSources(facts.lockTextOf(workspace));
    const settings = facts.settingsOf(workspace);
    const targetFolders = facts.targetFoldersOf(workspace);
    for (const crate of workspace.crates) {
      const closure = (features: SliceFeatures) => closureOf(crate, activators, facts, features);
      const options = facts.optionsOf(crate.root);
      projects.set(
        crate.root,
        crateProject(
          crate,
          workspace,
          closure,
          { settings, targetFolders },
          cSources,
          facts,
          options,
          folders,
          edgesFrom,
        ),
      );
    }
    const manifests = manifestsOf(workspace, facts.repository, edgesFrom);
    const project = projects.get(workspace.root) ?? {
      root: workspace.root,
      name: facts.names.get(workspace.root) ?? posix.basename(workspace.root),
      projectType: 'library',
    };
    const written = facts.writtenFor(workspace.root, 'resolve', resolveExecutor);
    const resolve = resolveTarget(workspace, manifests, triples, written);
    projects.set(workspace.root, { ...project, targets: { ...resolve, ...project.targets } });
  }
  return { projects, reads, toolchains: toolchainsOf(projects, facts) };
}

function toolchainsOf(
  projects: ReadonlyMap<string, ProjectConfiguration>,
  { writtenFor }: ProjectFacts,
): string[] {
  const named = [...projects].flatMap(([folder, { targets = {} }]) =>
    Object.entries(targets).flatMap(([name, target]) =>
      target.inputs === undefined ? [] : toolchainsIn(target, writtenFor(folder, name, target.executor)),
    ),
  );
  return [...new Set(named)].sort();
}

/** A crate that cargo builds as a dependency of others alone: it has no targets, but edges lead to it. */
function dependencyProject(crate: Crate, { names }: ProjectFacts): ProjectConfiguration {
  return {
    root: crate.root,
    name: names.get(crate.root) ?? crate.name,
    namedInputs: { [filesOfCrate]: ['{projectRoot}/**/*'] },
    projectType: 'library',
    sourceRoot: posix.join(crate.root, 'src'),
    targets: {},
  };
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
  configured: Pick<CrateFacts, 'settings' | 'targetFolders'>,
  cSources: CSources,
  facts: ProjectFacts,
  options: BuildOptions,
  folders: ReadonlyMap<string, string>,
  edgesFrom: ReadonlyMap<string, readonly CrateEdge[]>,
): ProjectConfiguration {
  const name = facts.names.get(crate.root) ?? crate.name;
  const features = facts.featuresOf(crate);
  // Only builds are hashed from the closure, and where there are submodules, checks from where it lies.
  const needsClosure = facts.submodules.length > 0 || hasFinalFiles(crate);
  const closure = needsClosure ? closureWith(features) : [];
  const gitlinks = facts.submodules.filter((folder) =>
    closure.some((sources) => isWithin(sources.crate.root, folder)),
  );
  const checkedSources = checkedCrates(crate, facts, edgesFrom);
  return {
    root: crate.root,
    name,
    namedInputs: { [filesOfCrate]: ['{projectRoot}/**/*'] },
    projectType: crate.targets.some((target) => target.kind === 'bin') ? 'application' : 'library',
    sourceRoot: posix.join(crate.root, 'src'),
    targets: crateTargets(
      {
        projectName: name,
        crate,
        workspace,
        workspaceProject: facts.names.get(workspace.root) ?? workspace.root,
        closure,
        features,
        compilesC: cSources.compilesC(closure.map((sources) => sources.crate)),
        gitlinks,
        ...configured,
        checked: checkInputsOf(checkedSources),
        checkedProjects: checkedSources
          .slice(1)
          .map(({ crate: { root, name } }) => facts.names.get(root) ?? name)
          .sort(),
        hasWrittenDependencies: facts.namesDependencies(crate),
        projectFolder: folders.get(name),
        vendored: facts.vendoredAt(crate.root),
        describedIn: facts.describedIn(crate.root),
        writtenFor: (target, executor) => facts.writtenFor(crate.root, target, executor),
      },
      options,
    ),
  };
}

/**
 * The crate and all that its tests may be built from: what it depends on, for development too, and so on. The lock file
 * of its workspace knows which crates of other workspaces those are, since it follows the features that are on.
 */
function checkedCrates(
  crate: Crate,
  { repository: { crates, lockfiles }, readsOf, layout }: ProjectFacts,
  edgesFrom: ReadonlyMap<string, readonly CrateEdge[]>,
): CrateSources[] {
  const lockfile = lockfiles.get(crate.workspaceRoot);
  const isBuilt = (folder: string) => {
    const other = crates.get(folder);
    return (
      !lockfile || !other || other.workspaceRoot === crate.workspaceRoot || holdsCrate(lockfile, other.name)
    );
  };
  const reached = new Set([crate.root]);
  for (const folder of reached) {
    for (const { target, kinds } of edgesFrom.get(folder) ?? []) {
      // Nobody compiles the development dependencies of dependencies.
      const isTaken = folder === crate.root || kinds.some((kind) => kind !== 'dev');
      if (isTaken && isBuilt(target)) reached.add(target);
    }
  }
  return [...reached].flatMap((folder) => {
    const found = crates.get(folder);
    return found ? [{ crate: found, reads: readsOf(found), layout }] : [];
  });
}

/** The folders of crates whose artifacts have the same names as those of others, by project. */
function foldersOf({ repository, names }: ProjectFacts): Map<string, string> {
  const files = [...repository.crates.values()].map(
    (crate) => [names.get(crate.root) ?? crate.name, fileNamesAnywhere(crate)] as const,
  );
  return projectFolders(new Map(files.filter(([, own]) => own.length > 0)));
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
