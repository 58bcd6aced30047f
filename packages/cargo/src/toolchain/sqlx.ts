import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@millwright/toolkit';

/**
 * Whether SQLx is to check queries against saved files: as the option says; by default where queries are saved in `.sqlx`
 * and the environment names no database and does not decide itself. SQLx alone would read DATABASE_URL from a `.env`
 * file as well (sqlx-cli README, "Offline mode").
 * @param folders of the crate and of its Cargo workspace, absolute
 */
export function checksQueriesOffline(
  asked: boolean | undefined,
  folders: readonly string[],
  env: Environment,
): boolean {
  if (asked !== undefined) return asked;
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
