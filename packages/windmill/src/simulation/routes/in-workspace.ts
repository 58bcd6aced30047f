import { type Call, type Handler, problem } from '../http/router.js';
import type { SimulatedServer } from '../server/server.js';
import type { Workspace } from '../state/model.js';

type WorkspaceHandler = (call: Call, workspace: Workspace) => Response | Promise<Response>;

/**
 * A handler of a route in a workspace. The server does not look whether the workspace exists: reads of an unknown one find
 * nothing, writes violate a foreign key.
 */
export function inWorkspace(server: SimulatedServer, table: string, handler: WorkspaceHandler): Handler {
  return (call) => {
    const workspace = server.workspaces.get(call.path.workspace ?? '');
    if (workspace !== undefined) return handler(call, workspace);
    const text = `insert or update on table "${table}" violates foreign key constraint "${table}_workspace_id_fkey"`;
    return problem(400, `SqlErr: error returned from database: ${text}`);
  };
}

/** What the database refuses as a path. */
export function improper(table: string): Response {
  const text = `new row for relation "${table}" violates check constraint "proper_id"`;
  return problem(400, `SqlErr: error returned from database: ${text}`);
}

/** A page of a list, by `page` and `per_page`. */
export function pageOf<Item>(items: readonly Item[], query: URLSearchParams): Item[] {
  const size = Math.min(10_000, Number(query.get('per_page') ?? 1_000));
  const page = Math.max(1, Number(query.get('page') ?? 1));
  return items.slice((page - 1) * size, page * size);
}
