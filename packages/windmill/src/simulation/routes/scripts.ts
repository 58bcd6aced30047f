import type { JsonObject } from '../../client/json.js';
import { isPath } from '../../config/paths.js';
import { lockless } from '../../config/languages.js';
import { readBody, stringField } from '../http/body.js';
import { empty, json, notFound, problem, type Routes, text } from '../http/router.js';
import { iso } from '../jobs/job-json.js';
import type { SimulatedServer } from '../server/server.js';
import type { Script, Workspace } from '../state/model.js';
import { addScript, newest } from '../state/scripts.js';
import { improper, inWorkspace, pageOf } from './in-workspace.js';

const noRows = 'no rows returned by a query that expected to return at least one row';

export function scriptRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace/scripts';
  const within = (handler: Parameters<typeof inWorkspace>[2]) => inWorkspace(server, 'script', handler);
  const byPath = (use: (script: Script, workspace: Workspace) => Response) =>
    within(({ path: { path = '' } }, workspace) => {
      const script = newest(workspace, path);
      return script === undefined ? notFound('Script', path) : use(script, workspace);
    });
  return {
    [`POST ${base}/create`]: within((call, workspace) => {
      const body = readBody(call, ['path', 'summary', 'description', 'content', 'language']);
      return body instanceof Response ? body : create(server, workspace, body);
    }),
    [`GET ${base}/list`]: within(({ query }, workspace) => {
      const archived = query.get('show_archived') === 'true';
      const heads = [...workspace.scripts.values()].filter(
        (script) => newest(workspace, script.path) === script,
      );
      const wanted = heads.filter((script) => script.archived === archived);
      return json(pageOf(wanted.sort((a, b) => b.createdAt - a.createdAt).map(listed), query));
    }),
    [`GET ${base}/list_paths`]: within((_, workspace) =>
      json([
        ...new Set(
          [...workspace.scripts.values()].filter(({ archived }) => !archived).map(({ path }) => path),
        ),
      ]),
    ),
    [`GET ${base}/get/p/*path`]: byPath((script, { id }) => json(scriptJson(id, script))),
    [`GET ${base}/get/h/:hash`]: within(({ path: { hash = '' } }, workspace) => {
      const script = workspace.scripts.get(hash);
      return script === undefined ? notFound('Script', hash) : json(scriptJson(workspace.id, script));
    }),
    [`GET ${base}/exists/p/*path`]: within(({ path: { path = '' } }, workspace) => {
      const script = newest(workspace, path);
      return json(script?.archived === false);
    }),
    [`GET ${base}/raw/p/*path`]: within(({ path: { path = '' } }, workspace) => {
      const name = path.replace(/\.\w+$/, '');
      const script = newest(workspace, name);
      return script === undefined ? notFound('Script', name) : text(script.content);
    }),
    [`GET ${base}/history/p/*path`]: within(({ path: { path = '' } }, workspace) => {
      const versions = [...workspace.scripts.values()].filter((script) => script.path === path).reverse();
      return json(versions.map(({ hash }) => ({ script_hash: hash })));
    }),
    [`GET ${base}/get_latest_version/*path`]: within(({ path: { path = '' } }, workspace) => {
      const script = newest(workspace, path);
      return json(script === undefined ? null : { script_hash: script.hash });
    }),
    [`GET ${base}/deployment_status/h/:hash`]: within(({ path: { hash = '' } }, workspace) => {
      const script = workspace.scripts.get(hash);
      if (script === undefined) return notFound('Script', hash);
      return json({ lock: script.lock, lock_error_logs: script.lockErrors });
    }),
    [`POST ${base}/archive/p/*path`]: within(({ path: { path = '' } }, workspace) => {
      const script = newest(workspace, path);
      if (script === undefined)
        return problem(500, `Internal: archiving script in ${workspace.id}: ${noRows}`);
      script.archived = true;
      return empty(200);
    }),
    [`POST ${base}/delete/p/*path`]: within(({ path: { path = '' } }, workspace) => {
      const versions = [...workspace.scripts.values()].filter((script) => script.path === path);
      if (versions.length === 0) return problem(400, `SqlErr: ${noRows}`);
      for (const { hash } of versions) workspace.scripts.delete(hash);
      return json(path);
    }),
  };
}

function create(server: SimulatedServer, workspace: Workspace, body: JsonObject): Response {
  const path = stringField(body, 'path');
  const language = stringField(body, 'language');
  const content = stringField(body, 'content');
  const parent = typeof body.parent_hash === 'string' ? body.parent_hash : undefined;
  const created = addScript(
    workspace,
    {
      path,
      summary: stringField(body, 'summary'),
      description: stringField(body, 'description'),
      content,
      language,
      schema: body.schema ?? null,
      parent,
      tag: typeof body.tag === 'string' ? body.tag : null,
      timeout: typeof body.timeout === 'number' ? body.timeout : undefined,
    },
    lockless.has(language) ? '' : null,
    server.options.clock.now(),
  );
  if ('refused' in created) return problem(400, created.refused);
  if (!isPath(path)) {
    workspace.scripts.delete(created.script.hash);
    return improper('script');
  }
  server.lock(created.script);
  return text(created.script.hash, 201);
}

function scriptJson(workspace: string, script: Script): JsonObject {
  return {
    workspace_id: workspace,
    hash: script.hash,
    path: script.path,
    parent_hashes: script.parents.length === 0 ? null : script.parents,
    summary: script.summary,
    description: script.description,
    content: script.content,
    created_by: 'superadmin_secret',
    created_at: iso(script.createdAt),
    archived: script.archived,
    schema: script.schema,
    deleted: false,
    is_template: false,
    extra_perms: {},
    lock: script.lock,
    lock_error_logs: script.lockErrors,
    language: script.language,
    kind: 'script',
    tag: script.tag,
    ws_error_handler_muted: false,
    ...(script.timeout === undefined ? {} : { timeout: script.timeout }),
  };
}

function listed(script: Script): JsonObject {
  return {
    hash: script.hash,
    path: script.path,
    summary: script.summary,
    created_at: iso(script.createdAt),
    archived: script.archived,
    extra_perms: {},
    language: script.language,
    starred: false,
    tag: script.tag,
    has_draft: false,
    has_deploy_errors: script.lockErrors !== null,
    ws_error_handler_muted: false,
    kind: 'script',
  };
}
