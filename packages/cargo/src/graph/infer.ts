import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type {
  CreateDependenciesContext,
  CreateNodesResultArray,
  DependencyType,
  RawProjectGraphDependency,
} from '@nx/devkit';
import {
  diskFiles,
  gitChangesVariable,
  hostPlatform,
  parseOptions,
  parseSubmodules,
  tripleOf,
} from '@millwright/toolkit';
import { pluginOptions } from '../options.js';
import { settingsFiles } from '../toolchain/named-files.js';
import { configuredTriples } from './targets/build-inputs.js';
import { describedNames, optionsFor, readSources, saysHowToBuild, sourceOf } from './described/described.js';
import { type Lockfile, parseLockfile } from './lockfile.js';
import { projectNames } from './names.js';
import { withOwnToolchains } from './targets/own-toolchains.js';
import { projectsOf } from './projects.js';
import { OutsideReads, recordWorkspaces } from './recorded-workspaces.js';
import { type CargoRepository, readRepository } from './repository.js';
import { recallSources, rememberSources, SourceReads } from './sources/reads.js';
import { sourceProjects } from './described/source-projects.js';
import { WrittenOptions } from './targets/written-options.js';

/** The crates of the last graph: Nx asks for the projects first, and for their edges right after. */
let lastRepository: CargoRepository | undefined;

/**
 * The projects of a Nx workspace on disk, each under its manifest, and those that stand in for sources that are
 * not here under what describes them.
 * @param paths every Cargo.toml and millwright.toml, relative to the workspace
 * @throws MillwrightError OPTION_INVALID, DESCRIPTION_INVALID; AggregateCreateNodesError with what is wrong in single manifests
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  workspaceRoot: string,
): Promise<CreateNodesResultArray> {
  const parsed = parseOptions(pluginOptions, options ?? {}, '@millwright/cargo in nx.json');
  const files = diskFiles(workspaceRoot);
  const [manifests, descriptions] = splitByName(paths);
  const described = readSources(descriptions, files.read, options);
  const repository = readRepository(manifests, files);
  lastRepository = repository;
  const sources = new SourceReads(workspaceRoot, recallSources(workspaceRoot));
  const given = new Map([...describedNames(described), ...givenNames(repository, files.read)]);
  const names = projectNames(repository.workspaces, given, rootName(files.read));
  const describedAt = (folder: string) => sourceOf(folder, described)?.crates.get(folder);
  const outside = new OutsideReads(repository);
  let asksForChanges = false;
  const written = new WrittenOptions(files.read);
  const inferred = projectsOf({
    repository,
    names,
    readsOf: (crate) => {
      const reads = sources.of(crate);
      outside.add(crate, reads.outside.keys());
      asksForChanges ||= reads.variables.has(gitChangesVariable);
      return reads;
    },
    settingsOf: (workspace) => settingsFiles(workspace.root, workspaceRoot),
    featuresOf: ({ root }) =>
      written.mayChooseFeatures(root) || saysHowToBuild(describedAt(root)) ? 'all' : 'default',
    lockfileOf: (workspace) =>
      workspace.patches.length === 0 ? undefined : lockfileIn(workspace.root, files.read),
    submodules: parseSubmodules(files.read('.gitmodules') ?? '').map(({ path }) => path),
    describedAt,
    describedIn: (folder) => sourceOf(folder, described)?.describedIn,
    optionsOf: (folder) => optionsFor(folder, described) ?? parsed,
  });
  const { projects, toolchains } = withOwnToolchains(inferred, written);
  if (sources.changed) rememberSources(workspaceRoot, sources.remembered());
  recordWorkspaces(workspaceRoot, {
    workspaces: outside.byWorkspace(),
    triples: [
      ...new Set([
        ...[parsed, ...described.flatMap((source) => [source.options, ...source.crateOptions.values()])]
          .flatMap(configuredTriples)
          .map(({ triple }) => triple),
        tripleOf(hostPlatform().platform),
      ]),
    ],
    toolchains,
    asksForChanges,
  });
  const results = [
    ...manifests.map((manifest) => {
      const project = projects.get(posix.dirname(manifest));
      return [manifest, project ? { projects: { [project.root]: project } } : {}] as const;
    }),
    ...descriptions.map((path) => {
      const ours = described.filter(({ describedIn }) => describedIn === path);
      return [path, { projects: sourceProjects(ours, manifests, files.read) }] as const;
    }),
  ];
  if (repository.errors.size > 0) {
    const { AggregateCreateNodesError } = await import('@nx/devkit');
    throw new AggregateCreateNodesError(
      [...repository.errors],
      results.map(([file, result]) => [file, result]),
    );
  }
  return results.map(([file, result]) => [file, result]);
}

// Devkit's enumeration without devkit, which takes longer to load than the rest of this plugin.
const staticEdge = 'static' as unknown as DependencyType;

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
    return [{ source, target, sourceFile: edge.declaredIn, type: staticEdge }];
  });
}

/** Manifests and descriptions. */
function splitByName(paths: readonly string[]): [string[], string[]] {
  const isDescription = (path: string) => posix.basename(path) === 'millwright.toml';
  return [paths.filter((path) => !isDescription(path)), paths.filter(isDescription)];
}

function manifestsOf(roots: Iterable<string>, workspaceRoot: string): string[] {
  return [...roots]
    .map((root) => posix.join(root, 'Cargo.toml'))
    .filter((path) => existsSync(join(workspaceRoot, path)));
}

/** The names that project.json and package.json give to the folders of crates, which Nx lets win. */
function givenNames(
  repository: CargoRepository,
  read: (path: string) => string | undefined,
): Map<string, string> {
  const folders = new Set([
    ...repository.crates.keys(),
    ...repository.workspaces.map((workspace) => workspace.root),
  ]);
  const names = new Map<string, string>();
  for (const folder of folders) {
    const given = nameIn(read(posix.join(folder, 'project.json')));
    if (given !== undefined) names.set(folder, given);
  }
  return names;
}

function nameIn(text: string | undefined): string | undefined {
  try {
    const { name: given } = JSON.parse(text ?? '{}') as { name?: unknown };
    return typeof given === 'string' ? given : undefined;
  } catch {
    return undefined;
  }
}

/** A lock file that does not parse is for `resolve` to report; the graph stands without it. */
function lockfileIn(folder: string, read: (path: string) => string | undefined): Lockfile | undefined {
  const path = posix.join(folder, 'Cargo.lock');
  try {
    const text = read(path);
    return text === undefined ? undefined : parseLockfile(text, path);
  } catch {
    return undefined;
  }
}

/** The folder of a checkout may bear any name, so a Cargo workspace at the root takes the repository's own. */
function rootName(read: (path: string) => string | undefined): string {
  return nameIn(read('package.json')) ?? 'cargo';
}
