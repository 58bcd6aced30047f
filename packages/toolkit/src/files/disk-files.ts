import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ReadBudget } from './read-budget.js';
import { readRegularFile } from './read-file.js';
import { readText } from './read-text.js';

/** The files of a repository, by relative path. */
export interface RepositoryFiles {
  readonly exists: (path: string) => boolean;
  /** Returns the names in a folder. Empty if it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** Returns the text of a file, or undefined if it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** Returns true if a file is valid UTF-8. If omitted, all files are. */
  readonly isUtf8?: (path: string) => boolean;
  /** Resolves symbolic links. Returns undefined if the path does not exist. */
  readonly realPath?: (path: string) => string | undefined;
}

/**
 * Returns access to the files of an Nx workspace on disk, for one graph computation. Files outside the
 * workspace, directly or through a link, are not read: otherwise, a change in the workspace could make any
 * file of the machine appear in messages. Files that exceed the limits per file or in total are not read
 * either.
 * @param workspace the absolute path of the workspace
 * @param warns false for a second reading of files, whose warnings the first one prints
 */
export function diskFiles(workspace: string, warns = true): RepositoryFiles {
  const options = {
    within: [workspace],
    budget: new ReadBudget('manifests and other files that make projects'),
  };
  // Most requested files do not exist, and an exception takes ten times as long as a check.
  const exists = (path: string) => existsSync(join(workspace, path));
  return {
    exists,
    isUtf8: (path) =>
      isUtf8(readRegularFile(join(workspace, path), { within: [workspace] }).bytes ?? Buffer.alloc(0)),
    list: (folder) => {
      if (!exists(folder)) return [];
      try {
        return readdirSync(join(workspace, folder));
      } catch {
        return [];
      }
    },
    read: (path) => {
      const absolute = join(workspace, path);
      return warns ? readText(absolute, options) : readRegularFile(absolute, options).bytes?.toString('utf8');
    },
    realPath: (path) => {
      try {
        const real = realpathSync.native(join(workspace, path));
        return relative(realpathSync.native(workspace), real).split(sep).join('/') || '.';
      } catch {
        return undefined;
      }
    },
  };
}
