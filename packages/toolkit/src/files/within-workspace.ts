import { lstatSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { toolkitError } from '../errors.js';
import { isInAnyFolder } from './read-file.js';

/**
 * Checks that a file to be written is inside the workspace: by its path, and after resolving links in its
 * folders. The file itself may be a link, because writing replaces it.
 * @param path absolute, or relative to the workspace; it need not exist
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE
 */
export function checkWithinWorkspace(workspaceRoot: string, path: string): void {
  const absolute = resolve(workspaceRoot, path);
  const shown = relative(workspaceRoot, absolute);
  const refuse = (why: string) =>
    toolkitError('PATH_OUTSIDE_WORKSPACE', { what: `cannot write to ${shown}`, why });
  if (!isInAnyFolder(absolute, [resolve(workspaceRoot)])) throw refuse('the path is outside the workspace');
  const folder = existingFolder(dirname(absolute));
  const real = realOf(folder);
  if (real === undefined) throw refuse(`${relative(workspaceRoot, folder)} is a broken symbolic link`);
  if (!isInAnyFolder(real, [realpathSync.native(workspaceRoot)]))
    throw refuse(`a symbolic link in the path leads to ${real}, outside the workspace`);
}

/** Returns the innermost existing ancestor of a path, including a dangling link. */
function existingFolder(folder: string): string {
  for (let next = folder; ; next = dirname(next)) {
    if (isThere(next) || next === dirname(next)) return next;
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // A part of the path is a file, so writing will fail.
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
