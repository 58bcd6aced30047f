import type { Database } from '../database/database.js';
import { allWorkspaces } from '../identity/tokens.js';
import type { Visitor } from './visitor.js';

/** Returns the workspaces among which a visitor can choose: those that have a token, for administrators of all. */
export async function workspacesOf(database: Database, { principal }: Visitor): Promise<string[]> {
  if (principal.workspace !== allWorkspaces || !principal.scopes.includes('admin')) return [];
  const rows = await database.query<{ workspace: string }>(
    'select distinct workspace from tokens where workspace <> $1 order by workspace',
    [allWorkspaces],
  );
  return rows.map(({ workspace }) => workspace);
}
