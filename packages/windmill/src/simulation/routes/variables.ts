import { isPath } from '../../config/paths.js';
import { readBody, stringField } from '../http/body.js';
import { json, notFound, problem, type Routes, text } from '../http/router.js';
import type { SimulatedServer } from '../server/server.js';
import type { Variable, Workspace } from '../state/model.js';
import { improper, inWorkspace, pageOf } from './in-workspace.js';

type VariableHandler = (variable: Variable, path: string, workspace: Workspace) => Response;

/** Routes of variables. Secrets are listed without their values. */
export function variableRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace/variables';
  const within = (handler: Parameters<typeof inWorkspace>[2]) => inWorkspace(server, 'variable', handler);
  const byPath = (use: VariableHandler) =>
    within(({ path: { path = '' } }, workspace) => {
      const variable = workspace.variables.get(path);
      return variable === undefined ? notFound('Variable', path) : use(variable, path, workspace);
    });
  return {
    [`POST ${base}/create`]: within((call, workspace) => {
      const body = readBody(call, ['path', 'value', 'is_secret', 'description']);
      if (body instanceof Response) return body;
      const path = stringField(body, 'path');
      if (!isPath(path)) return improper('variable');
      if (workspace.variables.has(path)) return problem(400, `Bad request: Variable ${path} already exists`);
      workspace.variables.set(path, {
        value: stringField(body, 'value'),
        isSecret: body.is_secret === true,
        description: stringField(body, 'description'),
      });
      return text(`variable ${path} created`, 201);
    }),
    [`POST ${base}/update/*path`]: within((call, workspace) => {
      const body = readBody(call, []);
      if (body instanceof Response) return body;
      const { path = '' } = call.path;
      const old = workspace.variables.get(path);
      if (old === undefined) return notFound('Variable', path);
      const moved = stringField(body, 'path') || path;
      if (!isPath(moved)) return improper('variable');
      workspace.variables.delete(path);
      workspace.variables.set(moved, {
        value: typeof body.value === 'string' ? body.value : old.value,
        isSecret: typeof body.is_secret === 'boolean' ? body.is_secret : old.isSecret,
        description: typeof body.description === 'string' ? body.description : old.description,
      });
      return text(`variable ${moved} updated (npath: "${moved}")`);
    }),
    [`DELETE ${base}/delete/*path`]: byPath((_, path, workspace) => {
      workspace.variables.delete(path);
      return text(`variable ${path} deleted`);
    }),
    [`GET ${base}/exists/*path`]: within(({ path: { path = '' } }, { variables }) =>
      json(variables.has(path)),
    ),
    [`GET ${base}/get_value/*path`]: byPath(({ value }) => json(value)),
    [`GET ${base}/get/*path`]: within(({ path: { path = '' }, query }, workspace) => {
      const variable = workspace.variables.get(path);
      if (variable === undefined) return notFound('Variable', path);
      const isHidden = query.get('decrypt_secret') === 'false';
      return json(variableJson(workspace.id, path, variable, !isHidden));
    }),
    [`GET ${base}/list`]: within(({ query }, { id, variables }) => {
      const start = query.get('path_start') ?? '';
      const found = [...variables].filter(([path]) => path.startsWith(start)).sort();
      return json(pageOf(found, query).map(([path, variable]) => variableJson(id, path, variable, false)));
    }),
  };
}

function variableJson(workspace: string, path: string, variable: Variable, isShown: boolean) {
  const { value, isSecret, description } = variable;
  return {
    workspace_id: workspace,
    path,
    value: isSecret && !isShown ? null : value,
    is_secret: isSecret,
    description,
    extra_perms: {},
    account: null,
    is_oauth: null,
    is_expired: null,
    is_refreshed: null,
    refresh_error: null,
    is_linked: null,
    expires_at: null,
  };
}
