import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, type Environment, temporaryFolderOfUser } from '../environment/environment.js';
import { toolkitError } from '../errors.js';

/**
 * Returns a folder that only the current user can access, for locks and other private files: in the user's
 * cache folder, or in the temporary folder if that is not writable.
 * @returns its path; it exists, belongs to the user, is not a link, and is inaccessible to others
 * @throws MillwrightError PRIVATE_FOLDER_UNSAFE if neither is possible
 */
export function privateFolder(name: string, env: Environment = process.env): string {
  const problems: string[] = [];
  for (const parent of [cacheFolder(env), temporaryFolderOfUser()]) {
    const problem = claim(parent) ?? claim(join(parent, name));
    if (problem === undefined) return join(parent, name);
    problems.push(problem);
  }
  throw toolkitError('PRIVATE_FOLDER_UNSAFE', {
    what: 'no private folder is available for the current user',
    why: problems.join('; '),
  });
}

/** Creates a folder that only the user can access. @returns the reason if that fails */
function claim(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    if (!found.isDirectory()) return `${folder} is not a folder`;
    const user = process.geteuid?.();
    if (user !== undefined && found.uid !== user) return `${folder} belongs to another user`;
    if (user !== undefined && (found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
    return undefined;
  } catch (error) {
    return `${folder} cannot be created (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}
