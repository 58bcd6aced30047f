import { readBody, stringField } from '../http/body.js';
import { empty, json, problem, type Routes, text } from '../http/router.js';
import { iso, workerName } from '../jobs/job-json.js';
import type { SimulatedServer } from '../server/server.js';
import { createWorkspace } from '../state/model.js';
import { email, newToken } from './users.js';

/** Routes that need no token. */
export function publicRoutes(server: SimulatedServer): Routes {
  return {
    'GET /version': () => text(server.options.version),
    'POST /auth/login': (call) => {
      const body = readBody(call, ['email', 'password']);
      if (body instanceof Response) return body;
      const isDefault = body.email === 'admin@windmill.dev' && body.password === 'changeme';
      return isDefault ? text(newToken(server)) : problem(400, 'Bad request: Invalid login');
    },
  };
}

/** Routes of the instance: workspaces and workers. */
export function instanceRoutes(server: SimulatedServer): Routes {
  return {
    'GET /workspaces/list': () =>
      json(
        [...server.workspaces.values()]
          .filter(({ id }) => id !== 'admins')
          .map(({ id, name }) => ({ id, name, owner: email, deleted: false, premium: false, color: null })),
      ),
    'POST /workspaces/exists': (call) => {
      const body = readBody(call, ['id']);
      return body instanceof Response ? body : json(server.workspaces.has(stringField(body, 'id')));
    },
    'POST /workspaces/create': (call) => {
      const body = readBody(call, ['id', 'name']);
      if (body instanceof Response) return body;
      const id = stringField(body, 'id');
      if (body.username !== undefined) {
        return problem(400, 'Bad request: username is not allowed when username creation is automated');
      }
      if (server.workspaces.has(id)) return problem(400, `Bad request: Workspace ${id} already exists`);
      server.workspaces.set(id, createWorkspace(id, stringField(body, 'name')));
      return text(`Created workspace ${id}`);
    },
    'GET /workers/list': () => json([worker(server)]),
    'GET /workers/exists_workers_with_tags': ({ query }) => {
      const tags = (query.get('tags') ?? '').split(',').filter((tag) => tag !== '');
      return json(Object.fromEntries(tags.map((tag) => [tag, server.options.tags.includes(tag)])));
    },
    'GET /workers/exists_worker_with_tag': () => empty(404),
  };
}

function worker({ options, startedAt }: SimulatedServer) {
  return {
    worker: workerName,
    worker_instance: 'simulation',
    last_ping: 5,
    started_at: iso(startedAt),
    ip: 'unretrievable IP',
    jobs_executed: 0,
    last_job_id: null,
    last_job_workspace_id: null,
    custom_tags: options.tags,
    worker_group: 'default',
    wm_version: options.version.replace(/^\S+ /, ''),
    occupancy_rate: 0,
    occupancy_rate_15s: 0,
    occupancy_rate_5m: 0,
    occupancy_rate_30m: 0,
    memory: 8 * 1_024 ** 3,
    memory_usage: 1_024 ** 3,
  };
}
