import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { projectFolders } from '@millwright/artifacts';
import { CSources } from '../resolution/features/c-sources.js';
import type { CrateReads } from '../source-scan/crate-reads.js';
import { checkInputsOf, type CrateSources, filesOfCrate } from '../hashing/inputs.js';
import type { CargoWorkspace, Crate, CrateEdge } from '../manifests/model.js';
import type { BuildOptions } from '../options/configured-triples.js';
import type { CrateFacts, SliceFeatures } from './crate-facts.js';
import { fileNamesAnywhere } from './final-files.js';
import { toolchainsIn } from './option-inputs.js';
import { crateTargets, hasFinalFiles } from './targets.js';
import { resolveTarget, resolveExecutor } from './resolve-target.js';
import { isWithin } from '../manifests/workspaces.js';
import type { ProjectFacts } from './project-facts.js';
import { activatorsOf, closureOf, manifestsOf, testCrates, triplesOf } from './reached-crates.js';

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
    for (const crate of workspace.crates) {
      const closure = (features: SliceFeatures) => closureOf(crate, activators, facts, features);
      const options = facts.optionsOf(crate.root);
      projects.set(
        crate.root,
        crateProject(
          crate,
          workspace,
          closure,
          { settings: facts.settingsOf(crate), targetFolders: facts.targetFoldersOf(crate) },
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

/** Returns folders, by project, for crates whose artifacts have the same file names as another crate's. */
function foldersOf({ repository, names }: ProjectFacts): Map<string, string> {
  const files = [...repository.crates.values()].map(
    (crate) => [names.get(crate.root) ?? crate.name, fileNamesAnywhere(crate)] as const,
  );
  return projectFolders(new Map(files.filter(([, own]) => own.length > 0)));
}
