import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type {
  CreateDependenciesContext,
  CreateNodesContext,
  CreateNodesResultArray,
  RawProjectGraphDependency,
} from '@nx/devkit';
import {
  diskFiles,
  hostPlatform,
  implicitEdge,
  parsePluginOptions,
  projectNames,
  renamedNote,
  reportGraph,
  submoduleFolders,
  tripleOf,
} from '@millwright/toolkit';
import { type PluginOptions, pluginOptions } from '../options.js';
import { settingsFiles, targetFolders } from '../toolchain/named-files.js';
import { configuredTargets, targetsInUse } from '../toolchain/configured-targets.js';
import { type BuildOptions, configuredTriples } from '../options/configured-triples.js';
import { CrateOptions } from './crate-options.js';
import { optionsFor, readVendoredSources, sourceOf } from '../vendored/vendored-crates.js';
import { hasBuildSettings } from '../vendored/build-settings.js';
import { inferredProjects } from './projects.js';
import { outsideReads, recordWorkspaces } from '../hashing/recorded-workspaces.js';
import { type CargoRepository, readRepository } from '../manifests/repository.js';
import type { CrateReads } from '../source-scan/crate-reads.js';
import { SourceReads } from '../source-scan/reads.js';
import { readSourceCache, writeSourceCache } from '../source-scan/source-cache.js';
import { invalidProjects } from './invalid-projects.js';
import { manifestReport } from './report.js';
import { sourceProjects } from '../vendored/source-projects.js';
import { UserOptions } from './written-options.js';
import { commandFolder } from '../manifests/config-folders.js';
import { manifestOf } from '../manifests/manifest.js';
import type { Crate } from '../manifests/model.js';

/** The crates of the last graph: Nx calls `createNodes`, then `createDependencies`. */
let lastRepository: CargoRepository | undefined;

/**
 * Infers the projects of an Nx workspace: one for each manifest, and placeholder projects for vendored sources that are
 * not checked out.
 * @param paths all Cargo.toml, millwright.toml, project.json and package.json files, relative to the workspace
 * @throws MillwrightError OPTION_INVALID if the plugin's options are invalid; invalid files are only reported
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  context: CreateNodesContext,
): Promise<CreateNodesResultArray> {
  const { workspaceRoot } = context;
  const parsed = parsePluginOptions(pluginOptions, options, '@millwright/cargo');
  const files = diskFiles(workspaceRoot);
  const [manifests, vendorFiles] = splitByName(paths);
  const { sources: vendored, errors: declarationErrors } = readVendoredSources(
    vendorFiles,
    files.read,
    options,
  );
  const repository = readRepository(manifests, files);
  lastRepository = repository;
  const named = await projectNames(paths, '@millwright/cargo', context);
  const names = new Map([...named].map(([folder, { name }]) => [folder, name]));
  const vendoredAt = (folder: string) => sourceOf(folder, vendored)?.crates.get(folder);
  const sources = new SourceReads(workspaceRoot, repository, readSourceCache(workspaceRoot), vendoredAt);
  const userOptions = new UserOptions(files.read);
  const crateOptions = new CrateOptions(parsed);
  const pluginOptionsOf = (folder: string) => {
    const crate = repository.crates.get(folder);
    return optionsFor(folder, vendored) ?? (crate === undefined ? parsed : crateOptions.of(crate));
  };
  const optionsOf = buildOptions(repository, pluginOptionsOf, workspaceRoot);
  const { projects, reads, toolchains } = inferredProjects({
    repository,
    names,
    readsOf: (crate) => sources.of(crate),
    userOptionsOf: (folder, target, executor) => userOptions.of(folder, target, executor),
    settingsOf: cached(files.exists, (folder, workspace) =>
      settingsFiles(folder, workspace, workspaceRoot, (one) => repository.crates.has(one)),
    ),
    targetFoldersOf: cached(files.exists, (folder) => targetFolders(folder, workspaceRoot)),
    featuresOf: ({ root }) =>
      userOptions.mayChooseFeatures(root) || hasBuildSettings(vendoredAt(root)) ? 'all' : 'default',
    namesDependencies: ({ root }) => userOptions.namesDependencies(root),
    lockTextOf: (workspace) => files.read(posix.join(workspace.root, 'Cargo.lock')),
    lockfileOf: (workspace) => repository.lockfiles.get(workspace.root),
    submodules: submoduleFolders('@millwright/cargo', context),
    layout: sources.layout,
    vendoredAt,
    declaredIn: (folder) => sourceOf(folder, vendored)?.declaredIn,
    optionsOf,
  });
  if (sources.changed) writeSourceCache(workspaceRoot, sources.localCache());
  recordWorkspaces(workspaceRoot, {
    workspaces: outsideReads(repository, reads),
    triples: [
      ...new Set([
        ...[
          parsed,
          ...vendored.flatMap((source) => [source.options, ...source.crateOptions.values()]),
          ...new Set([...repository.crates.keys()].map(optionsOf)),
        ]
          .flatMap(configuredTriples)
          .map(({ triple }) => triple),
        tripleOf(hostPlatform().platform),
      ]),
    ],
    projects: [...projects.values()].flatMap(({ name }) => name ?? []).sort(),
    toolchains,
    repositories: repositoriesIn(reads.values()),
  });
  const invalid = invalidProjects(repository, declarationErrors, projects, names, parsed);
  const vendoredProjects = vendorFiles.map((path) => {
    const declared = vendored.filter(({ declaredIn }) => declaredIn === path);
    const isProject = (folder: string) => invalid.has(folder) || projects.has(folder);
    return [path, sourceProjects(declared, { manifests, isProject, names, read: files.read })] as const;
  });
  const listErrors = vendoredProjects.flatMap(([declaredIn, { errors }]) =>
    errors.map((error) => ({ declaredIn, error })),
  );
  const optionErrors = [...crateOptions.errors].map(([declaredIn, error]) => ({ declaredIn, error }));
  const { warnings, notes } = manifestReport(
    repository,
    [...declarationErrors, ...listErrors, ...optionErrors],
    vendored,
  );
  await reportGraph(workspaceRoot, '@millwright/cargo', {
    warnings,
    notes: [...notes, ...renamedNote('@millwright/cargo', named, projects.keys())],
  });
  return [
    ...manifests.map((manifest): CreateNodesResultArray[number] => {
      const folder = posix.dirname(manifest);
      const project = invalid.get(folder) ?? projects.get(folder);
      return [manifest, project ? { projects: { [project.root]: project } } : {}];
    }),
    ...vendoredProjects.map(([path, { projects: own }]): CreateNodesResultArray[number] => [
      path,
      { projects: own },
    ]),
  ];
}

/**
 * Infers the edges between the projects of an Nx workspace. They are implicit, because they also depend on patches, lock
 * files and `[workspace.dependencies]`.
 */
export function inferDependencies(context: CreateDependenciesContext): RawProjectGraphDependency[] {
  const byRoot = new Map(Object.entries(context.projects).map(([project, { root }]) => [root, project]));
  const repository =
    lastRepository ??
    readRepository(manifestsOf(byRoot.keys(), context.workspaceRoot), diskFiles(context.workspaceRoot));
  return repository.edges.flatMap((edge) => {
    const source = byRoot.get(edge.source);
    const target = byRoot.get(edge.target);
    if (source === undefined || target === undefined) return [];
    return [{ source, target, type: implicitEdge }];
  });
}

/** Returns a function of a crate that computes a fact once for each folder in which cargo runs. */
function cached<Fact>(
  exists: (path: string) => boolean,
  factOf: (folder: string, workspace: string) => Fact,
): (crate: Pick<Crate, 'root' | 'workspaceRoot'>) => Fact {
  const facts = new Map<string, Fact>();
  return ({ root, workspaceRoot }) => {
    const folder = commandFolder(root, workspaceRoot, exists);
    const known = facts.get(folder);
    if (known !== undefined || facts.has(folder)) return known as Fact;
    const fact = factOf(folder, workspaceRoot);
    facts.set(folder, fact);
    return fact;
  };
}

/** Adds the targets in cargo's configuration to each crate's options; returns the same object for equal options. */
function buildOptions(
  { crates }: CargoRepository,
  optionsOf: (folder: string) => PluginOptions,
  workspaceRoot: string,
): (folder: string) => BuildOptions {
  const configuredFor = cached(diskFiles(workspaceRoot).exists, (folder) =>
    configuredTargets(folder, workspaceRoot),
  );
  const cachedOptions = new Map<PluginOptions, Map<string, BuildOptions>>();
  return (folder) => {
    const options = optionsOf(folder);
    const targets = targetsInUse(
      configuredFor(crates.get(folder) ?? { root: folder, workspaceRoot: folder }),
      options.platforms,
    );
    if (targets === undefined) return options;
    const byTargets = cachedOptions.get(options) ?? new Map<string, BuildOptions>();
    cachedOptions.set(options, byTargets);
    const found = byTargets.get(targets.join()) ?? { ...options, targets };
    byTargets.set(targets.join(), found);
    return found;
  };
}

/** Returns the repositories whose git state builds read, and whether a build reads if the work tree is clean. */
function repositoriesIn(reads: Iterable<CrateReads>): { folder: string; changes: boolean }[] {
  const states = [...reads].flatMap(({ repositories }) => [...repositories]);
  return [...Map.groupBy(states, ([folder]) => folder)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([folder, all]) => ({ folder, changes: all.some(([, changes]) => changes) }));
}

/** Splits paths into manifests and millwright.toml files. */
function splitByName(paths: readonly string[]): [string[], string[]] {
  const named = (name: string) => paths.filter((path) => posix.basename(path) === name);
  return [named('Cargo.toml'), named('millwright.toml')];
}

function manifestsOf(roots: Iterable<string>, workspaceRoot: string): string[] {
  return [...roots].map(manifestOf).filter((path) => existsSync(join(workspaceRoot, path)));
}
