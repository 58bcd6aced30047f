import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { TaskLabel } from '../cache/task-label.js';

/** Finds the task that has a hash. */
export interface TaskFinder {
  readonly find: (hash: string) => TaskLabel | undefined;
  readonly close: () => void;
}

/** What is used of Nx's `src/utils/cache-directory` and `src/utils/workspace-root`. */
interface CacheDirectory {
  readonly sharedDataDirectory: (root: string, kind: 'workspace-data') => string;
}
interface WorkspaceRoot {
  readonly workspaceRoot: string;
}

/**
 * Finds tasks in the database of Nx, because the API of the remote cache names only hashes. Nx 24 records a task in the table
 * `task_details` when it has hashed it, before it asks a cache. Neither the place of the database nor the table is documented,
 * so whatever is unexpected there means that the task is unknown.
 * @param folder in which Nx is run
 */
export function nxTasks(folder: string): TaskFinder {
  let database: DatabaseSync | undefined;
  return {
    find: (hash) => {
      try {
        // Nx creates the database in the run that the proxy serves.
        database ??= openNewest(databaseFolder(folder));
        const row = database
          ?.prepare('select project, target, configuration from task_details where hash = ?')
          .get(hash);
        if (typeof row?.project !== 'string' || typeof row.target !== 'string') return undefined;
        const { project, target, configuration } = row;
        return { project, target: typeof configuration === 'string' ? `${target}:${configuration}` : target };
      } catch {
        return undefined;
      }
    },
    close: () => {
      database?.close();
    },
  };
}

/** Asks the Nx of the workspace: by default, all clones of a repository share a folder in the home folder. */
function databaseFolder(folder: string): string {
  const load = createRequire(join(folder, 'package.json'));
  const { workspaceRoot } = load('nx/src/utils/workspace-root') as WorkspaceRoot;
  const { sharedDataDirectory } = load('nx/src/utils/cache-directory') as CacheDirectory;
  return sharedDataDirectory(workspaceRoot, 'workspace-data');
}

/** Opens the database that was written last. Each version of Nx has a file of its own. */
function openNewest(folder: string): DatabaseSync | undefined {
  const [newest] = readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  return newest && new (loadSqlite().DatabaseSync)(newest.path, { readOnly: true });
}

/** Node.js 22 warns that the module may change, which is nothing that a user of the cache can act on. */
function loadSqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
