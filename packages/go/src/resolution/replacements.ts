import { posix } from 'node:path';
import type { GoWork, Replacement } from '../source-scan/model.js';
import { isFolder } from '../manifests/go-mod.js';

/** Returns the folders of the modules that a go.work file uses. */
export function usedBy(folder: string, work: GoWork | undefined): string[] {
  return (work?.use ?? []).map((path) => posix.join(folder, path).replace(/\/$/, ''));
}

/** A replacement by a folder. The folder is relative to the Nx workspace, or absolute. */
interface LocalReplacement {
  readonly path: string;
  readonly folder: string;
}

/** Returns the replacements of a go.mod or go.work file by folders. @param root the folder of the file */
export function localReplacements(root: string, replace: readonly Replacement[]): LocalReplacement[] {
  return replace
    .filter((one) => isFolder(one.new.path))
    .map((one) => ({
      path: one.old.path,
      folder: posix.isAbsolute(one.new.path)
        ? one.new.path
        : posix.join(root, one.new.path).replace(/(.)\/$/, '$1'),
    }));
}

/** Returns true if a folder is outside the repository. */
export function isOutside(folder: string): boolean {
  return folder === '..' || folder.startsWith('../') || posix.isAbsolute(folder);
}

/** Returns a folder and its ancestors, up to the repository root. */
export function foldersAbove(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.';) found.push((current = posix.dirname(current)));
  return found;
}
