import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a repository, by paths relative to it. */
export interface RepositoryFiles {
  readonly exists: (path: string) => boolean;
  /** The names in a folder; none where it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** The text of a file; undefined where it cannot be read. */
  readonly read: (path: string) => string | undefined;
}

/** The files of a Nx workspace on disk. @param workspace its folder, absolute */
export function diskFiles(workspace: string): RepositoryFiles {
  // Most of what is asked for is not there, and an exception takes ten times as long as a question.
  const exists = (path: string) => existsSync(join(workspace, path));
  return {
    exists,
    list: (folder) => {
      if (!exists(folder)) return [];
      try {
        return readdirSync(join(workspace, folder));
      } catch {
        return [];
      }
    },
    read: (path) => {
      if (!exists(path)) return undefined;
      try {
        return readFileSync(join(workspace, path), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
