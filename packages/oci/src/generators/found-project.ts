import { readCachedProjectGraph, type ProjectConfiguration, type Tree } from '@nx/devkit';
import { MillwrightError, didYouMean, formatError, isVerbose } from '@millwright/toolkit';
import { ociError } from '../errors.js';
import { imagePlatforms } from '../options.js';
import { buildTargets } from '../building/binaries.js';

/** A project that builds binaries for containers. */
export interface FoundProject {
  readonly name: string;
  /** Relative to the workspace. */
  readonly root: string;
  readonly targets: NonNullable<ProjectConfiguration['targets']>;
  /** Those that it is built for. */
  readonly platforms: readonly string[];
}

/**
 * Returns a project of the workspace. The other plugins infer projects, so they are in the graph and not in files.
 * @throws MillwrightError OPTION_INVALID
 */
export function findProject(name: string): FoundProject {
  const { nodes } = readCachedProjectGraph();
  const data = Object.hasOwn(nodes, name) ? nodes[name]?.data : undefined;
  if (data !== undefined) return foundProject(name, data);
  throw ociError('OPTION_INVALID', {
    what: `there is no project ${name}`,
    why: `the option "project" is set to this name${didYouMean(name, Object.keys(nodes))}`,
    remedy: 'list the projects: nx show projects',
  });
}

/** @throws MillwrightError OPTION_INVALID if no target builds the project for a platform of containers */
export function foundProject(
  name: string,
  { root, targets = {} }: Pick<ProjectConfiguration, 'root' | 'targets'>,
): FoundProject {
  const platforms = imagePlatforms.filter((platform) =>
    [undefined, 'musl' as const].some((libc) =>
      buildTargets(platform, libc).some((target) => Object.hasOwn(targets, target)),
    ),
  );
  if (platforms.length > 0) return { name, root, targets, platforms };
  throw ociError('OPTION_INVALID', {
    what: `${name} cannot be put into an image`,
    why: 'no target builds it for Linux',
    remedy: `choose another project with a binary, or add linux/amd64 to the option \`platforms\` of the plugin that builds ${name}`,
  });
}

/**
 * Runs a generator, and puts the formatted error into the message, because Nx prints nothing else of an error that a
 * generator throws.
 */
export async function withFormattedErrors(
  tree: Tree,
  generate: (tree: Tree) => Promise<void>,
): Promise<void> {
  try {
    await generate(tree);
  } catch (error) {
    if (error instanceof MillwrightError) error.message = formatError(error, { verbose: isVerbose() });
    throw error;
  }
}
