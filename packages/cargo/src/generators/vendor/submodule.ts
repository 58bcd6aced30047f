import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logger, type Tree } from '@nx/devkit';
import { parseSubmodules } from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { mustRunGit } from '../../vendored/checkout.js';
import { fetchIfMissing } from '../../vendored/missing-sources.js';

/**
 * Clones the repository, or fetches the submodule, unless the sources are there.
 * @param folder relative to the workspace
 * @returns whether the folder is a new clone
 * @throws MillwrightError SOURCES_MISSING, OPTION_INVALID, PROCESS_FAILED
 */
export async function bringSources(tree: Tree, folder: string, url: string | undefined): Promise<boolean> {
  if (existsSync(join(tree.root, folder, '.git'))) return false;
  if (process.env.NX_DRY_RUN === 'true') {
    throw cargoError('SOURCES_MISSING', {
      what: `the vendored sources in ${folder} are not checked out`,
      why: 'a dry run does not fetch sources',
      remedy: 'run the command without --dry-run',
    });
  }
  if (isSubmodule(tree, folder) || url === undefined) {
    await fetchIfMissing(tree.root, folder);
    return false;
  }
  if (existsSync(join(tree.root, folder))) {
    throw cargoError('OPTION_INVALID', {
      what: `${folder} exists, but is not a git repository`,
      why: '--url clones a repository into this folder',
      remedy: 'choose another folder, or remove the existing one',
    });
  }
  logger.info(`Cloning ${url}`);
  try {
    await mustRunGit(tree.root, ['clone', '--quiet', '--', url, folder], { network: true });
  } catch (error) {
    // git keeps a clone that it cannot check out.
    rmSync(join(tree.root, folder), { recursive: true, force: true });
    throw error;
  }
  return true;
}

/**
 * Returns whether the sources are a Git repository inside the workspace's one without being its submodule. Git then
 * records only their commit, and no clone gets them.
 */
export function isEmbedded(tree: Tree, folder: string): boolean {
  return existsSync(join(tree.root, folder, '.git')) && !isSubmodule(tree, folder);
}

function isSubmodule(tree: Tree, folder: string): boolean {
  return parseSubmodules(tree.read('.gitmodules', 'utf8') ?? '').some(({ path }) => path === folder);
}

/** Adds a clone as a submodule that only an explicit command fetches. */
export async function addSubmodule(root: string, folder: string, url: string): Promise<void> {
  await mustRunGit(root, ['submodule', '--quiet', 'add', '--name', folder, '--', url, folder]);
  await mustRunGit(root, ['submodule', '--quiet', 'absorbgitdirs', '--', folder]);
  for (const [key, value] of [
    ['update', 'none'],
    ['fetchRecurseSubmodules', 'false'],
  ] as const)
    await mustRunGit(root, ['config', '--file', '.gitmodules', `submodule.${folder}.${key}`, value]);
  await mustRunGit(root, ['add', '--', '.gitmodules']);
}
