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
  implicitEdge,
  invalidFilesWarning,
  parsePluginOptions,
  projectNames,
  readWorkspaceState,
  renamedNote,
  reportGraph,
  type RepositoryFiles,
  submoduleFolders,
  targetsHostCpu,
  writeWorkspaceState,
} from '@millwright/toolkit';
import { pluginOptions } from '../options.js';
import { invalidModules } from './invalid-modules.js';
import { projectsOf } from './projects.js';
import { recordModules } from '../manifests/recorded-modules.js';
import { type GoRepository, readRepository } from '../resolution/repository.js';
import { moduleEdges } from '../resolution/module-edges.js';
import { filesAt, foldersIn, kindOf, realPath, SourceFiles } from '../source-scan/source-files.js';
import { sourceCacheFormat } from '../source-scan/source-cache.js';

/** The modules of the last graph. Nx requests the dependencies right after the projects. */
let lastRepository: GoRepository | undefined;

/**
 * Infers the projects of an Nx workspace, one per go.mod. An invalid go.mod affects only its own project,
 * because it may be a template. It is reported in a warning.
 * @param paths all go.mod files and files that name projects, relative to the workspace
 * @throws MillwrightError OPTION_INVALID
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  context: CreateNodesContext,
): Promise<CreateNodesResultArray> {
  const { workspaceRoot } = context;
  const goMods = paths.filter((path) => posix.basename(path) === 'go.mod');
  const parsed = parsePluginOptions(pluginOptions, options, '@millwright/go');
  const files = diskFiles(workspaceRoot);
  const { repository, sources } = repositoryOn(workspaceRoot, goMods, files);
  const modules = [...repository.modules.values()].filter(({ isProject }) => isProject);
  const projectFiles = new Map(
    modules.map(({ root }) => [root, files.read(posix.join(root, 'project.json')) ?? '']),
  );
  const named = await projectNames(paths, '@millwright/go', context);
  const names = new Map([...named].map(([folder, { name }]) => [folder, name]));
  const { byFolder, outside, libraries, asksForCpu } = projectsOf(
    {
      repository,
      names,
      realPath: (path) => realPath(workspaceRoot, path),
      exists: files.exists,
      kindOf: (path) => kindOf(workspaceRoot, path),
      foldersIn: (folder) => foldersIn(workspaceRoot, folder),
      native: {
        otherFilesIn: (folder) => sources.otherFilesIn(folder),
        includes: (path) => sources.includes(path),
        filesAt: (path) => filesAt(workspaceRoot, path),
      },
      configured: (root, what) => projectFiles.get(root)?.includes(`"${what}"`) === true,
      folders: modules.map(({ root }) => root),
      submodules: submoduleFolders('@millwright/go', context),
    },
    parsed,
  );
  recordModules(workspaceRoot, {
    modules: modules.map(({ root }) => root),
    outside,
    libraries,
    platforms: parsed.platforms,
    asksForHostCpu: asksForCpu || [...projectFiles.values()].some(targetsHostCpu),
  });
  const updated = sources.localCache();
  if (updated) writeWorkspaceState(workspaceRoot, sourceCacheFormat, updated);
  await reportGraph(workspaceRoot, '@millwright/go', {
    warnings: invalidFilesWarning('@millwright/go', [...repository.errors]),
    notes: renamedNote('@millwright/go', named, byFolder.keys()),
  });
  const invalid = invalidModules(repository.errors.keys(), files.read, names, parsed);
  return goMods.map((goMod) => {
    const folder = posix.dirname(goMod);
    const project = byFolder.get(folder) ?? invalid.get(folder);
    return [goMod, project ? { projects: { [project.root]: project } } : {}];
  });
}

function repositoryOn(
  workspaceRoot: string,
  goMods: readonly string[],
  files: RepositoryFiles,
): { repository: GoRepository; sources: SourceFiles } {
  const sources = new SourceFiles(workspaceRoot, readWorkspaceState(workspaceRoot, sourceCacheFormat) ?? {});
  const repository = readRepository(
    goMods,
    files,
    (folder) => sources.package(folder),
    (root) => sources.foldersBelow(root),
    process.env.GOWORK,
  );
  lastRepository = repository;
  return { repository, sources };
}

/**
 * Returns the edges between the projects of an Nx workspace. They are implicit, because they also depend on go.work files
 * and the replacements of other modules.
 */
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
    // A replacement can name a symbolic link to the module's folder.
    const target = byRoot.get(edge.target) ?? byRoot.get(realPath(workspaceRoot, edge.target));
    if (source === undefined || target === undefined || target === source) return [];
    return [{ source, target, type: implicitEdge }];
  });
}
