import { existsSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import {
  AggregateCreateNodesError,
  type CreateDependencies,
  type CreateNodes,
  DependencyType,
  type PostTasksExecution,
  type PreTasksExecution,
} from '@nx/devkit';
import { refreshChecksums } from '@millwright/artifacts';
import { hostPlatform, parseOptions, tripleOf } from '@millwright/toolkit';
import { diskFiles } from './graph/disk-files.js';
import { type Lockfile, parseLockfile } from './graph/lockfile.js';
import { recall, remember } from './graph/memory.js';
import { projectNames } from './graph/names.js';
import { projectsOf } from './graph/projects.js';
import { type CargoRepository, readRepository } from './graph/repository.js';
import { type SourceMemory, SourceReads } from './graph/source-reads.js';
import { configFolders, configuredTriples, isConfig } from './graph/build-inputs.js';
import type { Crate } from './graph/model.js';
import { pluginOptions } from './options.js';
import { readConfig } from './toolchain/cargo-config.js';
import { DigestCache } from './toolchain/digest-cache.js';
import { buildEnvironment } from './toolchain/identity.js';
import { namedFiles } from './toolchain/named-files.js';
import { taskVariables } from './toolchain/task-variables.js';

export const name = '@millwright/cargo';

/** What the hook before all tasks has to look at: written with the graph, read at each run. */
interface RecordedWorkspaces {
  readonly workspaces: readonly {
    readonly root: string;
    /** What its crates read out of the repository, relative to it or absolute. */
    readonly outside: readonly string[];
  }[];
  readonly triples: readonly string[];
}

const recordName = 'cargo-workspaces';

/** The crates of the last graph: Nx asks for the projects first, and for their edges right after. */
let lastRepository: CargoRepository | undefined;

export const createNodes: CreateNodes = [
  '**/Cargo.toml',
  (manifests, options, { workspaceRoot }) => {
    const parsed = parseOptions(pluginOptions, options ?? {}, '@millwright/cargo in nx.json');
    const files = diskFiles(workspaceRoot);
    const repository = readRepository(manifests, files);
    lastRepository = repository;
    const sources = new SourceReads(workspaceRoot, (recall(workspaceRoot, 'sources') ?? {}) as SourceMemory);
    const names = projectNames(
      repository.workspaces,
      givenNames(repository, files.read),
      rootName(files.read),
    );
    const outside = new Outside(repository);
    const projects = projectsOf(
      {
        repository,
        names,
        readsOf: (crate) => {
          const reads = sources.of(crate);
          outside.add(crate, reads.outside.keys());
          return reads;
        },
        settingsOf: (workspace) => settingsFiles(workspace.root, workspaceRoot),
        featuresOf: (crate) => (files.exists(posix.join(crate.root, 'project.json')) ? 'all' : 'default'),
        lockfileOf: (workspace) =>
          workspace.patches.length === 0 ? undefined : lockfileIn(workspace.root, files.read),
        submodules: submodulesOf(files.read('.gitmodules') ?? ''),
      },
      parsed,
    );
    if (sources.changed) remember(workspaceRoot, 'sources', sources.remembered());
    recordWorkspaces(workspaceRoot, {
      workspaces: outside.byWorkspace(),
      triples: [
        ...new Set([
          ...configuredTriples(parsed).map(({ triple }) => triple),
          tripleOf(hostPlatform().platform),
        ]),
      ],
    });
    const results = manifests.map((manifest) => {
      const project = projects.get(posix.dirname(manifest));
      return [manifest, project ? { projects: { [project.root]: project } } : {}] as const;
    });
    if (repository.errors.size > 0) {
      throw new AggregateCreateNodesError(
        [...repository.errors],
        results.map(([file, result]) => [file, result]),
      );
    }
    return results.map(([file, result]) => [file, result]);
  },
];

export const createDependencies: CreateDependencies = (_, context) => {
  const byRoot = new Map(Object.entries(context.projects).map(([project, { root }]) => [root, project]));
  const repository =
    lastRepository ??
    readRepository(manifestsOf(byRoot.keys(), context.workspaceRoot), diskFiles(context.workspaceRoot));
  return repository.edges.flatMap((edge) => {
    const source = byRoot.get(edge.source);
    const target = byRoot.get(edge.target);
    if (source === undefined || target === undefined) return [];
    return [{ source, target, sourceFile: edge.declaredIn, type: DependencyType.static }];
  });
};

/**
 * Looks at all that lies outside the repository and tells Nx's hasher and the tasks through variables, at each
 * run and without a process: see `taskVariables`.
 */
export const preTasksExecution: PreTasksExecution = async (_, { workspaceRoot }) => {
  const recorded = recall(workspaceRoot, recordName) as RecordedWorkspaces | undefined;
  if (!recorded) return;
  const cache = new DigestCache();
  const env = { ...process.env };
  for (const { root, outside } of recorded.workspaces) {
    for (const triple of recorded.triples) {
      const folder = join(workspaceRoot, root);
      const paths = outside.map((path) => resolve(workspaceRoot, path));
      const found = await buildEnvironment(folder, workspaceRoot, triple, env, cache, paths);
      const variables = taskVariables(root, triple);
      process.env[variables.digest] = found.digest;
      process.env[variables.toolchain] = found.toolchain ? JSON.stringify(found.toolchain) : '';
    }
  }
  cache.save();
};

/** Artifacts that Nx restored from its cache came without code of ours: the list of checksums learns of them. */
export const postTasksExecution: PostTasksExecution = async (_, { workspaceRoot }) => {
  await refreshChecksums(workspaceRoot);
};

function manifestsOf(roots: Iterable<string>, workspaceRoot: string): string[] {
  return [...roots]
    .map((root) => posix.join(root, 'Cargo.toml'))
    .filter((path) => existsSync(join(workspaceRoot, path)));
}

function recordWorkspaces(workspaceRoot: string, recorded: RecordedWorkspaces): void {
  const known = recall(workspaceRoot, recordName) as RecordedWorkspaces | undefined;
  if (JSON.stringify(known) !== JSON.stringify(recorded)) remember(workspaceRoot, recordName, recorded);
}

/** What the crates of each workspace take from out of the repository: crates by path, and files. */
class Outside {
  private readonly paths = new Map<string, Set<string>>();

  constructor(repository: CargoRepository) {
    for (const { root, crates } of repository.workspaces) {
      this.paths.set(root, new Set());
      for (const crate of crates) {
        const paths = crate.dependencies.flatMap(({ path }) => path ?? []);
        this.add(
          crate,
          paths.filter((path) => path.startsWith('../') || posix.isAbsolute(path)),
        );
      }
    }
  }

  add(crate: Crate, paths: Iterable<string>): void {
    for (const path of paths) this.paths.get(crate.workspaceRoot)?.add(path);
  }

  byWorkspace(): RecordedWorkspaces['workspaces'] {
    return [...this.paths].map(([root, paths]) => ({ root, outside: [...paths].sort() }));
  }
}

/** The files of the repository that its own configuration of cargo names: wrappers, linkers, linker scripts. */
function settingsFiles(folder: string, workspaceRoot: string): string[] {
  const files = configFolders(folder).filter(isConfig);
  const named = files
    .map((path) => join(workspaceRoot, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => namedFiles(path, readConfig(path), process.env));
  const inside = named.map((path) => relative(workspaceRoot, path).split(sep).join('/'));
  return [...new Set(inside)].filter((path) => path !== '' && !path.startsWith('../')).sort();
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

/** The folders of git submodules (gitmodules(5)). */
function submodulesOf(gitmodules: string): string[] {
  return [...gitmodules.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].flatMap((match) => match[1] ?? []);
}
