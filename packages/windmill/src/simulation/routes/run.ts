import type { Json, JsonObject } from '../../client/json.js';
import { readBody, stringField } from '../http/body.js';
import { type Call, json, notFound, problem, type Routes, text } from '../http/router.js';
import type { NewJob, SimulatedServer } from '../server/server.js';
import type { FlowValue, Workspace } from '../state/model.js';
import { runnable } from '../state/scripts.js';
import { inWorkspace } from './in-workspace.js';

/** A job to be, or the refusal. */
type Wanted = NewJob | Response;

/** Routes that start jobs: at once with the id as the answer, or with the result. */
export function runRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace/jobs';
  const kinds: Readonly<Record<string, (call: Call, workspace: Workspace) => Wanted>> = {
    'p/*path': byPath,
    'h/:hash': byHash,
    'f/*path': flowByPath,
    preview,
    preview_flow: flowPreview,
  };
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([route, want]) => [
      [
        `POST ${base}/run/${route}`,
        inWorkspace(server, 'v2_job', (call, workspace) => {
          const job = start(server, workspace, call, want);
          return job instanceof Response ? job : text(job.id, 201);
        }),
      ],
      [
        `POST ${base}/run_wait_result/${route}`,
        inWorkspace(server, 'v2_job', async (call, workspace) => {
          const job = start(server, workspace, call, want);
          if (job instanceof Response) return job;
          const outcome = await server.ended(job);
          return json(outcome.result, outcome.success ? 200 : 500);
        }),
      ],
    ]),
  );
}

function start(
  server: SimulatedServer,
  workspace: Workspace,
  call: Call,
  want: (call: Call, workspace: Workspace) => Wanted,
): ReturnType<SimulatedServer['submit']> | Response {
  const wanted = want(call, workspace);
  if (wanted instanceof Response) return wanted;
  const id = call.query.get('job_id') ?? undefined;
  if (id !== undefined && workspace.jobs.has(id))
    return problem(400, `Bad request: Job with id ${id} already exists`);
  const delay = call.query.get('scheduled_in_secs');
  const common = { id, tag: call.query.get('tag') ?? wanted.tag };
  return server.submit(workspace, {
    ...wanted,
    ...common,
    scheduledIn: delay === null ? undefined : Number(delay),
  });
}

function byPath(call: Call, workspace: Workspace): Wanted {
  const { path = '' } = call.path;
  const script = runnable(workspace, path);
  if (script === undefined) return notFound('script', path);
  const args = argumentsOf(call);
  return args instanceof Response ? args : { kind: 'script', script, args };
}

function byHash(call: Call, workspace: Workspace): Wanted {
  const { hash = '' } = call.path;
  if (!/^[\da-f]{1,16}$/i.test(hash)) return text('Invalid URL: HexErr: invalid hex string', 400);
  const script = workspace.scripts.get(hash);
  if (script === undefined) {
    return problem(400, 'SqlErr: no rows returned by a query that expected to return at least one row');
  }
  const args = argumentsOf(call);
  return args instanceof Response ? args : { kind: 'script', script, args };
}

function flowByPath(call: Call, workspace: Workspace): Wanted {
  const { path = '' } = call.path;
  const flow = workspace.flows.get(path);
  if (flow === undefined) return notFound('flow', path);
  const args = argumentsOf(call);
  if (args instanceof Response) return args;
  const hash = flow.version.toString(16).padStart(16, '0');
  return { kind: 'flow', path, hash, flow: flow.value as unknown as FlowValue, args };
}

function preview(call: Call): Wanted {
  const body = readBody(call, ['args']);
  if (body instanceof Response) return body;
  return {
    kind: 'preview',
    args: body.args ?? {},
    language: stringField(body, 'language') || 'bash',
    content: stringField(body, 'content'),
    path: typeof body.path === 'string' ? body.path : undefined,
  };
}

function flowPreview(call: Call): Wanted {
  const body = readBody(call, ['value', 'args']);
  if (body instanceof Response) return body;
  const path = typeof body.path === 'string' ? body.path : undefined;
  return { kind: 'flowpreview', args: body.args ?? {}, flow: body.value as unknown as FlowValue, path };
}

/** The body is the arguments. The server takes any JSON, an array as well. */
function argumentsOf(call: Call): Json | Response {
  try {
    const value = JSON.parse(call.body) as Json;
    return Array.isArray(value) ? ({ body: value } satisfies JsonObject) : value;
  } catch {
    return problem(400, 'Bad request: invalid json: EOF while parsing a value at line 1 column 0');
  }
}
