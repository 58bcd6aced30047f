import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryFiles } from './repository.js';

/** The files of a Nx workspace on disk. @param workspace its folder, absolute */
export function diskFiles(workspace: string): RepositoryFiles {
  return {
    exists: (path) => existsSync(join(workspace, path)),
    list: (folder) => {
      try {
        return readdirSync(join(workspace, folder));
      } catch {
        return [];
      }
    },
    read: (path) => {
      try {
        return readFileSync(join(workspace, path), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}
