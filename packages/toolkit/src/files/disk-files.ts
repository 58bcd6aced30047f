import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ReadBudget } from './read-budget.js';
import { readRegularFile } from './read-file.js';
import { readText } from './read-text.js';

/** The files of a repository, by paths relative to it. */
export interface RepositoryFiles {
  readonly exists: (path: string) => boolean;
  /** The names in a folder; none where it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** The text of a file; undefined where it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** Whether a file is valid UTF-8; left out where all files are. */
  readonly isUtf8?: (path: string) => boolean;
  /** Where a path leads, symbolic links followed; undefined where nothing is there. */
  readonly realPath?: (path: string) => string | undefined;
}

/**
 * The files of a Nx workspace on disk, for one reading of its graph. What lies elsewhere, by its path or by a link, is not
 * read, since whoever may change a file of the workspace could have any file of the machine read and quoted; nor is
 * what exceeds the limits of a file and of all files together.
 * @param workspace its folder, absolute
 */
export function diskFiles(workspace: string): RepositoryFiles {
  const options = {
    within: [workspace],
    budget: new ReadBudget('manifests and other files that make projects'),
  };
  // Most of what is asked for is not there, and an exception takes ten times as long as a question.
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
      return readText(join(workspace, path), options);
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
