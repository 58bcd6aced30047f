import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseEnv } from 'node:util';
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
  isComposeFile,
  MillwrightError,
  parsePluginOptions,
  projectNames,
  type RepositoryFiles,
  renamedNote,
  reportGraph,
} from '@millwright/toolkit';
import { pluginOptions } from '../options.js';
import { type ComposeFile, emptyFile, readComposeFile } from '../manifests/compose-file.js';
import { listedFiles } from '../manifests/discovery.js';
import { stackEdges } from './edges.js';
import { invalidStackTargets } from './invalid-stack.js';
import { type Stack, stackOf, usedByOthers } from '../manifests/stacks.js';
import { stackTargets } from './targets.js';

/** The stacks of the last graph. Nx requests the dependencies right after the projects. */
let lastStacks: readonly Stack[] | undefined;

/** The manifests of other plugins whose targets have the same names. */
const otherManifests = ['Cargo.toml', 'go.mod'];

/**
 * Infers the stacks of an Nx workspace, one project per main file, without running the engine or Compose.
 * @param paths all Compose files and files that name projects, relative to the workspace
 * @throws MillwrightError OPTION_INVALID for the plugin's own options; errors in single files are reported,
 * not thrown
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  context: CreateNodesContext,
): Promise<CreateNodesResultArray> {
  const { workspaceRoot } = context;
  const parsed = parsePluginOptions(pluginOptions, options, '@millwright/compose');
  const { stacks, files, errors } = readStacks(paths.filter(isComposeFile), workspaceRoot);
  lastStacks = stacks;
  const names = await projectNames(paths, '@millwright/compose', context);
  const results: CreateNodesResultArray = stacks.map((stack) => {
    const { root, main } = stack;
    const shared = otherManifests.some((manifest) => existsSync(join(workspaceRoot, root, manifest)));
    const name = names.get(root)?.name ?? posix.basename(root);
    const targets = stackTargets(stack, parsed, shared);
    const invalid = stack.reads.find((path) => errors.has(path));
    const project = {
      root,
      name,
      targets: invalid === undefined ? targets : invalidStackTargets(targets, invalid),
    };
    return [posix.join(root, main.files[0] ?? ''), { projects: { [root]: project } }];
  });
  await reportGraph(workspaceRoot, '@millwright/compose', {
    warnings: invalidFilesWarning('@millwright/compose', [
      ...errors,
      ...files.flatMap(({ path, problem }) => (problem === undefined ? [] : [[path, problem] as const])),
    ]),
    notes: renamedNote(
      '@millwright/compose',
      names,
      stacks.map(({ root }) => root),
    ),
  });
  return results;
}

function readStacks(
  paths: readonly string[],
  workspaceRoot: string,
): { stacks: Stack[]; files: ComposeFile[]; errors: Map<string, MillwrightError> } {
  const disk = diskFiles(workspaceRoot);
  const errors = new Map<string, MillwrightError>();
  const files = new Map<string, ComposeFile>();
  const read = (path: string): ComposeFile | undefined => {
    const known = files.get(path);
    if (known) return known;
    const text = disk.read(path);
    if (text === undefined) return undefined;
    try {
      const file = readComposeFile(path, text);
      files.set(path, file);
      return file;
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      errors.set(path, error);
      const empty = { ...emptyFile, path, problem: error };
      files.set(path, empty);
      return empty;
    }
  };
  const found = paths.flatMap((path) => read(path) ?? []);
  for (const { uses } of files.values()) for (const path of uses) read(path);
  const used = usedByOthers(files.values());
  const byFolder = Map.groupBy(found, ({ path }) => posix.dirname(path));
  const stacks = [...byFolder].flatMap(([folder, inFolder]) => {
    const listed = listedIn(folder, disk.read);
    return stackOf(inFolder, read, { listed, used }) ?? [];
  });
  return { stacks, files: [...files.values()], errors };
}

/**
 * Returns the files that COMPOSE_FILE lists in a folder's `.env`, or none if only Compose can expand the
 * value.
 */
function listedIn(folder: string, read: RepositoryFiles['read']): readonly string[] {
  const variables = parseEnv(read(posix.join(folder, '.env')) ?? '');
  const list = variables.COMPOSE_FILE ?? '';
  if (list.includes('$')) return [];
  return listedFiles(list, variables.COMPOSE_PATH_SEPARATOR).map((file) => posix.join(folder, file));
}

/**
 * Returns the edges from stacks to the projects whose artifacts they mount, and to the stacks that they
 * include. They are implicit, because they also depend on overlays, included and extended files, `.env` and
 * options.
 */
export function inferDependencies({
  projects,
  workspaceRoot,
}: CreateDependenciesContext): RawProjectGraphDependency[] {
  const stacks =
    lastStacks ?? readStacks(composeFilesOf(Object.values(projects), workspaceRoot), workspaceRoot).stacks;
  return stackEdges(stacks, projects).map((edge) => ({ ...edge, type: implicitEdge }));
}

function composeFilesOf(projects: readonly { readonly root: string }[], workspaceRoot: string): string[] {
  return projects.flatMap(({ root }) =>
    readdirSync(join(workspaceRoot, root))
      .filter(isComposeFile)
      .map((name) => posix.join(root, name)),
  );
}
