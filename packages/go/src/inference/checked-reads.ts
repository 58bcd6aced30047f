import { posix } from 'node:path';
import { escapeGlob, folderInput } from '@millwright/toolkit';
import type { CheckedPackage } from '../resolution/closure.js';
import { isOutside } from './inputs.js';

/** The files, folders and variables that tests and the tested code name in literals. */
export interface CheckedReads {
  readonly variables: readonly string[];
  /** Globs of files. */
  readonly files: readonly string[];
  /** Globs of whole folders. */
  readonly folders: readonly string[];
}

/**
 * Finds what packages read outside their own folders by literal names. Any string may look like a path, so
 * only existing paths count, and no folder that contains the package itself.
 * @param kindOf returns what exists at a path of the repository
 */
export function checkedReads(
  packages: readonly CheckedPackage[],
  kindOf: (path: string) => 'file' | 'folder' | undefined,
): CheckedReads {
  const variables = new Set<string>();
  const [files, folders] = [new Set<string>(), new Set<string>()];
  for (const { folder, sources } of packages) {
    for (const { reads } of sources.values()) {
      for (const name of reads.variables) variables.add(name);
      for (const path of reads.paths.map((one) => posix.join(folder, one))) {
        if (isOutside(path) || path === '.' || folder.startsWith(`${path}/`)) continue;
        const kind = kindOf(path);
        if (kind === 'file') files.add(escapeGlob(path));
        else if (kind === 'folder') folders.add(folderInput(path));
      }
    }
  }
  return {
    variables: [...variables].sort(),
    files: [...files].sort(),
    folders: [...folders].sort(),
  };
}
