import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type {
  CreateDependenciesContext,
  CreateNodesResultArray,
  DependencyType,
  RawProjectGraphDependency,
} from '@nx/devkit';
import { formatError, MillwrightError, parseOptions } from '@millwright/toolkit';
import { pluginOptions } from '../options.js';
import { type ComposeFile, readComposeFile } from './compose-file.js';
import { stackEdges } from './edges.js';
import { type Stack, stackOf } from './stacks.js';
import { stackTargets } from './targets.js';

/** The stacks of the last graph: Nx asks for the projects first, and for their edges right after. */
let lastStacks: readonly Stack[] | undefined;

/** The manifests of projects that have targets of the same names. */
const otherManifests = ['Cargo.toml', 'go.mod'];

/**
 * The stacks of a Nx workspace, each a project under its main file; neither an engine nor Compose is asked.
 * @param paths every Compose file, relative to the workspace
 * @throws MillwrightError OPTION_INVALID; AggregateCreateNodesError with what is wrong in single files
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  workspaceRoot: string,
): Promise<CreateNodesResultArray> {
  const parsed = parseOptions(pluginOptions, options ?? {}, '@millwright/compose in nx.json');
  const { stacks, errors } = readStacks(paths, workspaceRoot);
  lastStacks = stacks;
  const results: CreateNodesResultArray = stacks.map((stack) => {
    const { root, main } = stack;
    const shared = otherManifests.some((manifest) => existsSync(join(workspaceRoot, root, manifest)));
    const { name } = main.extension;
    const folder = posix.basename(root === '.' ? workspaceRoot.replaceAll('\\', '/') : root);
    // Where the folder is a crate's or a package's too, that one names it.
    const own =
      name ?? (shared || existsSync(join(workspaceRoot, root, 'package.json')) ? undefined : folder);
    const project = {
      root,
      ...(own === undefined ? {} : { name: own }),
      targets: stackTargets(stack, parsed, shared),
    };
    return [posix.join(root, main.files[0] ?? ''), { projects: { [root]: project } }];
  });
  if (errors.length > 0) {
    const { AggregateCreateNodesError } = await import('@nx/devkit');
    throw new AggregateCreateNodesError(errors, results);
  }
  return results;
}

function readStacks(
  paths: readonly string[],
  workspaceRoot: string,
): { stacks: Stack[]; errors: [string, Error][] } {
  const errors: [string, Error][] = [];
  const files = new Map<string, ComposeFile>();
  const read = (path: string): ComposeFile | undefined => {
    const known = files.get(path);
    if (known) return known;
    const absolute = join(workspaceRoot, path);
    if (!existsSync(absolute)) return undefined;
    try {
      const file = readComposeFile(path, readFileSync(absolute, 'utf8'));
      files.set(path, file);
      return file;
    } catch (error) {
      // Nx shows the message alone.
      if (error instanceof MillwrightError) error.message = formatError(error);
      errors.push([path, error instanceof Error ? error : new Error(String(error))]);
      const empty = {
        path,
        services: [],
        includes: false,
        uses: [],
        variables: [],
        binds: [],
        extension: {},
      };
      files.set(path, empty);
      return empty;
    }
  };
  const byFolder = Map.groupBy(
    paths.flatMap((path) => read(path) ?? []),
    ({ path }) => posix.dirname(path),
  );
  const stacks = [...byFolder.values()].flatMap((inFolder) => stackOf(inFolder, read) ?? []);
  return { stacks, errors };
}

// Devkit's enumeration without devkit, which takes longer to load than the rest of this plugin.
const staticEdge = 'static' as unknown as DependencyType;

/** The edges from stacks to the projects whose artifacts they mount, and to the stacks that they include. */
export function inferDependencies({
  projects,
  workspaceRoot,
}: CreateDependenciesContext): RawProjectGraphDependency[] {
  const stacks =
    lastStacks ?? readStacks(composeFilesOf(Object.values(projects), workspaceRoot), workspaceRoot).stacks;
  return stackEdges(stacks, projects).map(({ source, target, file }) => ({
    source,
    target,
    sourceFile: file,
    type: staticEdge,
  }));
}

function composeFilesOf(projects: readonly { readonly root: string }[], workspaceRoot: string): string[] {
  return projects.flatMap(({ root }) =>
    readdirSync(join(workspaceRoot, root))
      .filter((name) => /^(docker-)?compose([.-].*)?\.ya?ml$/.test(name))
      .map((name) => posix.join(root, name)),
  );
}
