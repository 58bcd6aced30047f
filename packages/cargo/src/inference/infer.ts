import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type {
  CreateDependenciesContext,
  CreateNodesContext,
  CreateNodesResultArray,
  DependencyType,
  RawProjectGraphDependency,
} from '@nx/devkit';
import {
  diskFiles,
  hostPlatform,
  parsePluginOptions,
  parseSubmodules,
  projectNames,
  renamedNote,
  reportGraph,
  tripleOf,
} from '@millwright/toolkit';
import { type PluginOptions, pluginOptions } from '../options.js';
import { settingsFiles, targetFolders } from '../toolchain/named-files.js';
import { configuredTargets, targetsInUse } from '../toolchain/configured-targets.js';
import { type BuildOptions, configuredTriples } from '../options/configured-triples.js';
import { optionsFor, readDescriptions, saysHowToBuild, sourceOf } from '../vendored/vendored-crates.js';
import { inferredProjects } from './projects.js';
import { outsideReads, recordWorkspaces } from '../hashing/recorded-workspaces.js';
import { type CargoRepository, readRepository } from '../manifests/repository.js';
import type { CrateReads } from '../source-scan/crate-reads.js';
import { SourceReads } from '../source-scan/reads.js';
import { recallSources, rememberSources } from '../source-scan/source-memory.js';
import { invalidProjects } from './invalid-projects.js';
import { manifestReport } from './report.js';
import { sourceProjects } from '../vendored/source-projects.js';
import { WrittenOptions } from './written-options.js';
import { manifestOf } from '../manifests/manifest.js';

/** The crates of the last graph: Nx asks for the projects first, and for their edges right after. */
let lastRepository: CargoRepository | undefined;

/**
 * The projects of a Nx workspace on disk, each under its manifest, and those that stand in for sources that are
 * not here under what describes them.
 * @param paths every Cargo.toml, millwright.toml and file that names projects, relative to the workspace
 * @throws MillwrightError OPTION_INVALID for the plugin's own options; what is wrong with single files is reported
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  context: CreateNodesContext,
): Promise<CreateNodesResultArray> {
  const { workspaceRoot } = context;
  const parsed = parsePluginOptions(pluginOptions, options, '@millwright/cargo');
  const files = diskFiles(workspaceRoot);
  const [manifests, descriptions] = splitByName(paths);
  const { sources: vendored, errors: notDescribed } = readDescriptions(descriptions, files.read, options);
  const repository = readRepository(manifests, files);
  lastRepository = repository;
  const named = await projectNames(paths, '@millwright/cargo', context);
  const names = new Map([...named].map(([folder, { name }]) => [folder, name]));
  const vendoredAt = (folder: string) => sourceOf(folder, vendored)?.crates.get(folder);
  const sources = new SourceReads(workspaceRoot, repository, recallSources(workspaceRoot), vendoredAt);
  const written = new WrittenOptions(files.read);
  const optionsOf = buildOptions(
    repository,
    (folder) => optionsFor(folder, vendored) ?? parsed,
    workspaceRoot,
  );
  const { projects, reads, toolchains } = inferredProjects({
    repository,
    names,
    readsOf: (crate) => sources.of(crate),
    writtenFor: (folder, target, executor) => written.of(folder, target, executor),
    settingsOf: (workspace) =>
      settingsFiles(workspace.root, workspaceRoot, (folder) => repository.crates.has(folder)),
    targetFoldersOf: (workspace) => targetFolders(workspace.root, workspaceRoot),
    featuresOf: ({ root }) =>
      written.mayChooseFeatures(root) || saysHowToBuild(vendoredAt(root)) ? 'all' : 'default',
    namesDependencies: ({ root }) => written.namesDependencies(root),
    lockTextOf: (workspace) => files.read(posix.join(workspace.root, 'Cargo.lock')),
    lockfileOf: (workspace) => repository.lockfiles.get(workspace.root),
    submodules: parseSubmodules(files.read('.gitmodules') ?? '').map(({ path }) => path),
    layout: sources.layout,
    vendoredAt,
    describedIn: (folder) => sourceOf(folder, vendored)?.describedIn,
    optionsOf,
  });
  if (sources.changed) rememberSources(workspaceRoot, sources.localCache());
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
  const invalid = invalidProjects(repository, notDescribed, projects, names, parsed);
  const ofSources = descriptions.map((path) => {
    const ours = vendored.filter(({ describedIn }) => describedIn === path);
    return [path, sourceProjects(ours, manifests, names, files.read)] as const;
  });
  const wrongLists = ofSources.flatMap(([describedIn, { errors }]) =>
    errors.map((error) => ({ describedIn, error })),
  );
  const { warnings, notes } = manifestReport(repository, [...notDescribed, ...wrongLists]);
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
    ...ofSources.map(([path, { projects: own }]): CreateNodesResultArray[number] => [
      path,
      { projects: own },
    ]),
  ];
}

/**
 * Nx keeps static edges for as long as the file that declares them is the same. Ours follow from other files as well:
 * from patches, lock files and `[workspace.dependencies]`. Devkit's enumeration is spelled out, since devkit takes longer
 * to load than the rest of this plugin.
 */
const implicitEdge = 'implicit' as unknown as DependencyType.implicit;

/** The edges between the projects of a Nx workspace. */
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

/** The options of each crate with the targets that cargo's configuration names; the same object for the same options. */
function buildOptions(
  { crates }: CargoRepository,
  optionsOf: (folder: string) => PluginOptions,
  workspaceRoot: string,
): (folder: string) => BuildOptions {
  const configured = new Map<string, string[] | undefined>();
  const known = new Map<PluginOptions, Map<string, BuildOptions>>();
  return (folder) => {
    const options = optionsOf(folder);
    const workspace = crates.get(folder)?.workspaceRoot ?? folder;
    if (!configured.has(workspace)) configured.set(workspace, configuredTargets(workspace, workspaceRoot));
    const targets = targetsInUse(configured.get(workspace), options.platforms);
    if (targets === undefined) return options;
    const alike = known.get(options) ?? new Map<string, BuildOptions>();
    known.set(options, alike);
    const found = alike.get(targets.join()) ?? { ...options, targets };
    alike.set(targets.join(), found);
    return found;
  };
}

/** The repositories about which builds ask Git, and whether any asks if the work tree is clean. */
function repositoriesIn(reads: Iterable<CrateReads>): { folder: string; changes: boolean }[] {
  const asked = [...reads].flatMap(({ repositories }) => [...repositories]);
  return [...Map.groupBy(asked, ([folder]) => folder)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([folder, all]) => ({ folder, changes: all.some(([, changes]) => changes) }));
}

/** Manifests and descriptions. */
function splitByName(paths: readonly string[]): [string[], string[]] {
  const named = (name: string) => paths.filter((path) => posix.basename(path) === name);
  return [named('Cargo.toml'), named('millwright.toml')];
}

function manifestsOf(roots: Iterable<string>, workspaceRoot: string): string[] {
  return [...roots].map(manifestOf).filter((path) => existsSync(join(workspaceRoot, path)));
}
