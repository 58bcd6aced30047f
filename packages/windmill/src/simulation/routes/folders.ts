import { isPath } from '../../config/paths.js';
import { readBody, stringField } from '../http/body.js';
import { json, notFound, problem, type Routes, text } from '../http/router.js';
import type { SimulatedServer } from '../server/server.js';
import { improper, inWorkspace } from './in-workspace.js';

/** Routes of folders and variables. */
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
    [`POST ${base}/variables/create`]: inWorkspace(server, 'variable', (call, workspace) => {
      const body = readBody(call, ['path', 'value', 'is_secret', 'description']);
      if (body instanceof Response) return body;
      const path = stringField(body, 'path');
      if (!isPath(path)) return improper('variable');
      if (workspace.variables.has(path)) return problem(400, `Bad request: Variable ${path} already exists`);
      workspace.variables.set(path, stringField(body, 'value'));
      return text(`variable ${path} created`, 201);
    }),
    [`GET ${base}/variables/get_value/*path`]: inWorkspace(
      server,
      'variable',
      ({ path: { path = '' } }, workspace) => {
        const value = workspace.variables.get(path);
        return value === undefined ? notFound('Variable', path) : json(value);
      },
    ),
  };
}
