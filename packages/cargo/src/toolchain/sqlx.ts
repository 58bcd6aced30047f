import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@millwright/toolkit';

/**
 * Returns whether SQLx checks queries against saved files. Default: if `.sqlx` contains saved queries and the environment
 * sets neither DATABASE_URL nor SQLX_OFFLINE. SQLx itself would also read DATABASE_URL from a `.env` file (sqlx-cli
 * README, "Offline mode").
 * @param folders the folders of the crate, its local dependencies and its Cargo workspace, absolute
 */
export function checksQueriesOffline(
  option: boolean | undefined,
  folders: readonly string[],
  env: Environment,
): boolean {
  if (option !== undefined) return option;
  if (env.DATABASE_URL !== undefined || env.SQLX_OFFLINE !== undefined) return false;
  return folders.some(hasSavedQueries);
}

/** `cargo sqlx prepare` writes a file `query-<hash>.json` for each query. */
function hasSavedQueries(folder: string): boolean {
  try {
    return readdirSync(join(folder, '.sqlx')).some((name) => /^query-.+\.json$/.test(name));
  } catch {
    return false;
  }
}
