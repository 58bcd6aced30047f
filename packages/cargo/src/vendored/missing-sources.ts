import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  diskFiles,
  fetchArguments,
  type MillwrightError,
  parseSubmodules,
  shellWord,
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { mustRunGit } from './checkout.js';
import { tagsCommand } from './source-version.js';

/** Returns the error for a source that is not checked out. @param gitmodules the text of .gitmodules */
export function missingSourcesError(source: string, gitmodules: string): MillwrightError {
  const submodule = parseSubmodules(gitmodules).find(({ path }) => path === source);
  return cargoError('SOURCES_MISSING', {
    what: `the vendored sources in ${source} are not checked out`,
    why:
      submodule === undefined
        ? 'the folder has no Cargo.toml, and .gitmodules lists no submodule at this path'
        : 'the sources are a Git submodule, which is only fetched on request',
    remedy:
      submodule === undefined
        ? `add the sources as a submodule: git submodule add <url> ${shellWord(source)}`
        : `git ${fetchArguments(submodule).map(shellWord).join(' ')} && ${tagsCommand(source)}`,
  });
}

/**
 * Fetches a submodule that is not in this clone. Only commands call it that the user runs to get the sources.
 * @param root the Nx workspace, absolute
 * @param folder the sources' folder, relative to the workspace
 * @throws MillwrightError SOURCES_MISSING if .gitmodules has no submodule there, PROCESS_FAILED
 */
export async function fetchIfMissing(root: string, folder: string): Promise<void> {
  if (existsSync(join(root, folder, '.git'))) return;
  const gitmodules = diskFiles(root).read('.gitmodules') ?? '';
  const submodule = parseSubmodules(gitmodules).find(({ path }) => path === folder);
  if (submodule === undefined) throw missingSourcesError(folder, gitmodules);
  await mustRunGit(root, fetchArguments(submodule), { network: true });
}
