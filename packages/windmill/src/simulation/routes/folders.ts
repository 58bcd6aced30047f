import { readBody, stringField } from '../http/body.js';
import { json, notFound, problem, type Routes, text } from '../http/router.js';
import type { SimulatedServer } from '../server/server.js';
import { inWorkspace } from './in-workspace.js';

/** Routes of folders. */
export function folderRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace';
  return {
    [`POST ${base}/folders/create`]: inWorkspace(server, 'folder', (call, workspace) => {
      const body = readBody(call, ['name']);
      if (body instanceof Response) return body;
      const name = stringField(body, 'name');
      if (workspace.folders.has(name)) {
        const text = 'duplicate key value violates unique constraint "folder_pkey"';
        return problem(400, `SqlErr: error returned from database: ${text}`);
      }
      workspace.folders.add(name);
      return text(`Created folder ${name}`);
    }),
    [`GET ${base}/folders/exists/:name`]: inWorkspace(
      server,
      'folder',
      ({ path: { name = '' } }, workspace) => json(workspace.folders.has(name)),
    ),
    [`GET ${base}/folders/listnames`]: inWorkspace(server, 'folder', (_, workspace) =>
      json([...workspace.folders].sort()),
    ),
    [`DELETE ${base}/folders/delete/:name`]: inWorkspace(server, 'folder', (call, workspace) => {
      const { name = '' } = call.path;
      return workspace.folders.delete(name) ? text(`deleted folder ${name}`) : notFound('Folder', name);
    }),
  };
}
