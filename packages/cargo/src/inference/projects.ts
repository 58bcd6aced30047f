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
import { containsLocalCrate, type Lockfile } from '../manifests/lockfile.js';
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
  /** Returns the files and folders of the repository that the workspace's cargo configuration refers to. */
  readonly settingsOf: (workspace: CargoWorkspace) => readonly string[];
  /** Returns the folders of the repository that cargo writes to according to this configuration. */
  readonly targetFoldersOf: (workspace: CargoWorkspace) => readonly string[];
  /** Returns `all` if a file in the crate's folder may request other features than the default ones. */
  readonly featuresOf: (crate: Crate) => SliceFeatures;
  /** Returns whether a file in the crate's folder adds dependencies on projects. */
  readonly namesDependencies: (crate: Crate) => boolean;
  /** Returns the workspace's lock file if its patches replace external packages with crates of the repository. */
  readonly lockfileOf: (workspace: CargoWorkspace) => Lockfile | undefined;
  /** Returns the text of a workspace's lock file; undefined if there is none. */
  readonly lockTextOf: (workspace: CargoWorkspace) => string | undefined;
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
  /** The folders of all packages in the repository. */
  readonly layout: Layout;
  /** Returns the millwright.toml entry of the crate in a folder. */
  readonly vendoredAt: (folder: string) => VendoredCrate | undefined;
  /** Returns the millwright.toml that declares the vendored source containing a folder. */
  readonly declaredIn: (folder: string) => string | undefined;
  /** Returns the user's settings for a target of the project in a folder. */
  readonly userOptionsOf: (
    folder: string,
    target: string,
    executor: string | undefined,
  ) => readonly unknown[];
  /** Returns the plugin's options for the crate in a folder, or for a workspace's folder. */
  readonly optionsOf: (folder: string) => BuildOptions;
}

/** The projects of a repository, and facts found while inferring them. */
export interface InferredProjects {
  /** By folder. */
  readonly projects: ReadonlyMap<string, ProjectConfiguration>;
  /** The files that crates read, by crate folder, for all crates that some target's inputs depend on. */
  readonly reads: ReadonlyMap<string, CrateReads>;
  /** The toolchains that targets' options name, sorted. */
  readonly toolchains: readonly string[];
}

export function inferredProjects(uncached: ProjectFacts): InferredProjects {
  const projects = new Map<string, ProjectConfiguration>();
  const reads = new Map<string, CrateReads>();
  const facts: ProjectFacts = {
    ...uncached,
    readsOf: (crate) => {
      const known = reads.get(crate.root) ?? uncached.readsOf(crate);
      reads.set(crate.root, known);
      return known;
    },
  };
  const edgesFrom = Map.groupBy(facts.repository.edges, (edge) => edge.source);
  const folders = foldersOf(facts);
  for (const workspace of facts.repository.workspaces) {
    if (facts.repository.nonMembers.has(workspace.root)) {
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
    const userOptions = facts.userOptionsOf(workspace.root, 'resolve', resolveExecutor);
    const resolve = resolveTarget(workspace, manifests, triples, userOptions);
    projects.set(workspace.root, { ...project, targets: { ...resolve, ...project.targets } });
  }
  return { projects, reads, toolchains: toolchainsOf(projects, facts) };
}

function toolchainsOf(
  projects: ReadonlyMap<string, ProjectConfiguration>,
  { userOptionsOf }: ProjectFacts,
): string[] {
  const named = [...projects].flatMap(([folder, { targets = {} }]) =>
    Object.entries(targets).flatMap(([name, target]) =>
      target.inputs === undefined ? [] : toolchainsIn(target, userOptionsOf(folder, name, target.executor)),
    ),
  );
  return [...new Set(named)].sort();
}

/** Returns the project of a crate that cargo builds only as a dependency: it has edges but no targets. */
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

/** Returns the manifests that a workspace's slices depend on: its own, and those of all reachable crates. */
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
  // Builds are hashed from the closure. With submodules, checks are hashed from the gitlinks of its crates.
  const needsClosure = facts.submodules.length > 0 || hasFinalFiles(crate);
  const closure = needsClosure ? closureWith(features) : [];
  const gitlinks = facts.submodules.filter((folder) =>
    closure.some((sources) => isWithin(sources.crate.root, folder)),
  );
  const checkedSources = testCrates(crate, facts, edgesFrom);
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
        hasUserDependencies: facts.namesDependencies(crate),
        projectFolder: folders.get(name),
        vendored: facts.vendoredAt(crate.root),
        declaredIn: facts.declaredIn(crate.root),
        userOptionsOf: (target, executor) => facts.userOptionsOf(crate.root, target, executor),
      },
      options,
    ),
  };
}

/**
 * Returns the crate and all local crates in its test builds, including development dependencies. Crates of other
 * workspaces count only if the workspace's lock file has them, because it contains only enabled dependencies.
 */
function testCrates(
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

/** Returns folders, by project, for crates whose artifacts have the same file names as another crate's. */
function foldersOf({ repository, names }: ProjectFacts): Map<string, string> {
  const files = [...repository.crates.values()].map(
    (crate) => [names.get(crate.root) ?? crate.name, fileNamesAnywhere(crate)] as const,
  );
  return projectFolders(new Map(files.filter(([, own]) => own.length > 0)));
}

/** Creates one activator per target triple, shared by the crates of a workspace to reuse results. */
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

/** Returns all triples that crates of a workspace are built for. */
function triplesOf(workspace: CargoWorkspace, { optionsOf }: ProjectFacts): string[] {
  const options = new Set([workspace.root, ...workspace.crates.map(({ root }) => root)].map(optionsOf));
  return [...new Set([...options].flatMap(configuredTriples).map(({ triple }) => triple))];
}

/** Returns the local crates in a crate's build, on any of the platforms. */
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
