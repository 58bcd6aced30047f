import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Determines which workspaces have no lock file, before cargo runs in them.
 * @param root the Nx workspace's folder, absolute
 * @param workspaces the folders of the Cargo workspaces, absolute
 * @returns gives a line for each lock file that cargo has written since: tasks that were hashed without it run again
 */
export function watchLockFiles(root: string, workspaces: Iterable<string>): () => string[] {
  const missing = [...new Set(workspaces)]
    .map((folder) => join(folder, 'Cargo.lock'))
    .filter((path) => !existsSync(path));
  return () =>
    missing
      .filter((path) => existsSync(path))
      .map(
        (path) =>
          `note: cargo wrote ${relative(root, path)}, an input of this task, so the next run will not use the cached result; commit the file`,
      );
}
