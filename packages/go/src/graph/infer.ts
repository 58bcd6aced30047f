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
  parseOptions,
  recall,
  remember,
  type RepositoryFiles,
  tripleOf,
  parseSubmodules,
} from '@millwright/toolkit';
import { pluginOptions } from '../options.js';
import { projectNames } from './names.js';
import { projectsOf } from './projects.js';
import { recordModules } from './recorded-modules.js';
import { type GoRepository, moduleEdges, readRepository } from './repository.js';
import { filesAt, realPath, SourceFiles } from './source-files.js';

/** The modules of the last graph: Nx asks for the projects first, and for their edges right after. */
let lastRepository: GoRepository | undefined;

const memoryName = 'go-sources';

/**
 * The projects of a Nx workspace on disk, each under its go.mod.
 * @param goMods every go.mod, relative to the workspace
 * @throws MillwrightError OPTION_INVALID; AggregateCreateNodesError with what is wrong in single files
 */
export async function inferProjects(
  goMods: readonly string[],
  options: unknown,
  workspaceRoot: string,
): Promise<CreateNodesResultArray> {
  const parsed = parseOptions(pluginOptions, options ?? {}, '@millwright/go in nx.json');
  const files = diskFiles(workspaceRoot);
  const { repository, sources } = repositoryOn(workspaceRoot, goMods, files);
  const projectFiles = new Map(
    [...repository.modules.keys()].map((root) => [root, files.read(posix.join(root, 'project.json')) ?? '']),
  );
  const { byFolder, outside, libraries } = projectsOf(
    {
      repository,
      names: projectNames(repository.modules.values(), givenNames(projectFiles)),
      realPath: (path) => realPath(workspaceRoot, path),
      exists: files.exists,
      native: {
        otherFilesIn: (folder) => sources.otherFilesIn(folder),
        includes: (path) => sources.includes(path),
        filesAt: (path) => filesAt(workspaceRoot, path),
      },
      configured: (root, what) => projectFiles.get(root)?.includes(`"${what}"`) === true,
      folders: [...repository.modules.keys()],
      submodules: parseSubmodules(files.read('.gitmodules') ?? '').map(({ path }) => path),
    },
    parsed,
  );
  recordModules(workspaceRoot, {
    modules: [...repository.modules.keys()],
    outside,
    libraries,
    triples: parsed.platforms.map((platform) => tripleOf(platform)),
  });
  const learnt = sources.remembered();
  if (learnt) remember(workspaceRoot, memoryName, learnt);
  const results = goMods.map((goMod) => {
    const project = byFolder.get(posix.dirname(goMod));
    return [goMod, project ? { projects: { [project.root]: project } } : {}] as const;
  });
  if (repository.errors.size > 0) {
    const { AggregateCreateNodesError } = await import('@nx/devkit');
    throw new AggregateCreateNodesError(
      [...repository.errors],
      results.map(([file, result]) => [file, result]),
    );
  }
  return results.map(([file, result]) => [file, result]);
}

function repositoryOn(
  workspaceRoot: string,
  goMods: readonly string[],
  files: RepositoryFiles,
): { repository: GoRepository; sources: SourceFiles } {
  const sources = new SourceFiles(workspaceRoot, recall(workspaceRoot, memoryName) ?? {});
  const repository = readRepository(
    goMods,
    files,
    (folder) => sources.package(folder),
    (root) => sources.foldersBelow(root),
  );
  lastRepository = repository;
  return { repository, sources };
}

// Devkit's enumeration without devkit, which takes longer to load than the rest of this plugin.
const staticEdge = 'static' as unknown as DependencyType;

/** The edges between the projects of a Nx workspace. */
export function inferDependencies({
  projects,
  workspaceRoot,
}: CreateDependenciesContext): RawProjectGraphDependency[] {
  const byRoot = new Map(Object.entries(projects).map(([project, { root }]) => [root, project]));
  const goMods = [...byRoot.keys()]
    .map((root) => posix.join(root, 'go.mod'))
    .filter((path) => existsSync(join(workspaceRoot, path)));
  const repository =
    lastRepository ?? repositoryOn(workspaceRoot, goMods, diskFiles(workspaceRoot)).repository;
  return moduleEdges(repository).flatMap((edge) => {
    const source = byRoot.get(edge.source);
    const target = byRoot.get(edge.target);
    if (source === undefined || target === undefined) return [];
    return [{ source, target, sourceFile: edge.declaredIn, type: staticEdge }];
  });
}

/** The names that project.json gives to modules' folders. */
function givenNames(projectFiles: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [root, text] of projectFiles) {
    try {
      const { name } = JSON.parse(text || '{}') as { name?: unknown };
      if (typeof name === 'string') names.set(root, name);
    } catch {
      // Nx reports it.
    }
  }
  return names;
}
