import type { JsonObject } from '../../client/json.js';
import { isPath } from '../../config/paths.js';
import { readBody, stringField } from '../http/body.js';
import { json, notFound, problem, type Routes, text } from '../http/router.js';
import { iso } from '../jobs/job-json.js';
import type { SimulatedServer } from '../server/server.js';
import type { Flow } from '../state/model.js';
import { improper, inWorkspace, pageOf } from './in-workspace.js';

const required = ['path', 'summary', 'value'];

/** Routes of flows. The server stores whatever has a `value`: structure is not validated. */
export function flowRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace/flows';
  const within = (handler: Parameters<typeof inWorkspace>[2]) => inWorkspace(server, 'flow', handler);
  const now = () => server.options.clock.now();
  const fields = (body: JsonObject) => ({
    summary: stringField(body, 'summary'),
    description: stringField(body, 'description'),
    value: body.value as JsonObject,
    schema: body.schema ?? null,
    version: ++server.flowVersions,
    editedAt: now(),
    archived: false,
  });
  return {
    [`POST ${base}/create`]: within((call, workspace) => {
      const body = readBody(call, required);
      if (body instanceof Response) return body;
      const path = stringField(body, 'path');
      if (workspace.flows.has(path)) return problem(400, `Bad request: Flow ${path} already exists`);
      if (!isPath(path)) return improper('flow');
      workspace.flows.set(path, { path, ...fields(body) });
      return text(path, 201);
    }),
    [`POST ${base}/update/*path`]: within((call, workspace) => {
      const body = readBody(call, required);
      if (body instanceof Response) return body;
      const { path = '' } = call.path;
      const flow = workspace.flows.get(path);
      if (flow === undefined) return notFound('Flow', path);
      const renamed = stringField(body, 'path');
      if (!isPath(renamed)) return improper('flow');
      workspace.flows.delete(path);
      workspace.flows.set(renamed, { path: renamed, ...fields(body) });
      return text(renamed);
    }),
    [`GET ${base}/get/*path`]: within(({ path: { path = '' } }, workspace) => {
      const flow = workspace.flows.get(path);
      return flow === undefined ? notFound('Flow', path) : json(flowJson(workspace.id, flow));
    }),
    [`GET ${base}/exists/*path`]: within(({ path: { path = '' } }, workspace) =>
      json(workspace.flows.has(path)),
    ),
    [`GET ${base}/list`]: within(({ query }, workspace) => {
      const archived = query.get('show_archived') === 'true';
      const flows = [...workspace.flows.values()].filter((flow) => flow.archived === archived);
      return json(
        pageOf(
          flows.sort((a, b) => b.version - a.version).map((flow) => listed(workspace.id, flow)),
          query,
        ),
      );
    }),
    [`POST ${base}/archive/*path`]: within((call, workspace) => {
      const body = readBody(call, []);
      if (body instanceof Response) return body;
      const { path = '' } = call.path;
      const flow = workspace.flows.get(path);
      const archived = body.archived !== false;
      if (flow !== undefined) flow.archived = archived;
      return text(`Flow ${path} ${archived ? 'archived' : 'unarchived'}`);
    }),
    [`DELETE ${base}/delete/*path`]: within(({ path: { path = '' } }, workspace) => {
      workspace.flows.delete(path);
      return text(`Flow ${path} deleted`);
    }),
  };
}

function flowJson(workspace: string, flow: Flow): JsonObject {
  return {
    workspace_id: workspace,
    path: flow.path,
    summary: flow.summary,
    description: flow.description,
    value: flow.value,
    edited_by: 'superadmin_secret',
    edited_at: iso(flow.editedAt),
    archived: flow.archived,
    schema: flow.schema,
    extra_perms: {},
    lock_error_logs: '',
  };
}

function listed(workspace: string, flow: Flow): JsonObject {
  return {
    workspace_id: workspace,
    path: flow.path,
    summary: flow.summary,
    description: flow.description,
    edited_by: 'superadmin_secret',
    edited_at: iso(flow.editedAt),
    archived: flow.archived,
    extra_perms: {},
    starred: false,
    has_draft: false,
    ws_error_handler_muted: false,
  };
}
