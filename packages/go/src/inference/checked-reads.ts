import { posix } from 'node:path';
import { escapeGlob, folderInput } from '@millwright/toolkit';
import type { CheckedPackage } from '../resolution/closure.js';
import { isOutside } from './inputs.js';

/** What tests and the code that they test read by a name that they spell out. */
export interface CheckedReads {
  readonly variables: readonly string[];
  /** Globs of files. */
  readonly files: readonly string[];
  /** Inputs of whole folders. */
  readonly folders: readonly string[];
}

/**
 * Finds what packages read out of their own folders by name. A path may be any string that happens to be one, so that
 * only what is there counts, and no folder that holds the package itself.
 * @param kindOf what stands at a path of the repository
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
