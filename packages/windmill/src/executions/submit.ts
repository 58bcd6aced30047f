import { type Answer, answerText, unwrap } from '../client/answers.js';
import { checkJson, type JsonObject } from '../client/json.js';
import { windmillError } from '../errors.js';
import { type EngineContext, withSignal } from './context.js';
import type { RunOptions, ScriptRef } from './types.js';

export type Runnable =
  | { readonly kind: 'script'; readonly ref: ScriptRef }
  | { readonly kind: 'flow'; readonly path: string }
  | { readonly kind: 'preview'; readonly language: string; readonly content: string }
  | { readonly kind: 'flow-preview'; readonly value: unknown }
  | Restart;

/** A flow that has ended, and the step from which it runs again. */
interface Restart {
  readonly kind: 'restart';
  readonly id: string;
  readonly step: string;
  readonly iteration: number | undefined;
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** @throws ARGUMENTS_INVALID unless the text is a UUID; the server would answer a connection error to some */
export function checkJobId(id: string): void {
  if (uuid.test(id)) return;
  throw windmillError('ARGUMENTS_INVALID', {
    what: `\`${id}\` is not the id of an execution`,
    why: 'ids of executions are UUIDs',
    remedy: 'pass the id of a submitted execution, or a new one from `crypto.randomUUID()`',
  });
}

/**
 * Submits a job under an id of the client's choice. If the connection breaks, the submit is repeated: the server accepts an id
 * once, so the job runs once, and `already exists` tells that an earlier attempt has arrived.
 */
export async function submit(
  context: EngineContext,
  runnable: Runnable,
  args: JsonObject,
  id: string,
  options: RunOptions,
): Promise<void> {
  checkJobId(id);
  checkJson(args);
  const query = {
    job_id: id,
    ...(options.tag === undefined ? {} : { tag: options.tag }),
    ...(options.scheduledIn === undefined ? {} : { scheduled_in_secs: options.scheduledIn }),
  };
  const call = send(context, runnable, args, query, withSignal(context, options.signal));
  const answer = await call;
  const text = answerText(answer.error);
  if (answer.response.status === 400 && text.includes(`Job with id ${id} already exists`)) return;
  await unwrap(Promise.resolve(answer), `run ${nameOf(runnable)}`, [
    { text: /^Not found: flow not found/i, code: 'FLOW_NOT_FOUND' },
    { text: /^Not found: script not found/i, code: 'SCRIPT_NOT_FOUND' },
    { text: /^SqlErr: no rows returned|^Invalid URL: HexErr/, code: 'SCRIPT_NOT_FOUND' },
    { text: /unknown variant/, code: 'LANGUAGE_UNKNOWN' },
    { text: /Unable to find completed job/, code: 'EXECUTION_NOT_FOUND' },
    { text: /feature only available in enterprise/, code: 'SERVER_FEATURE_MISSING' },
  ]);
}

/** @throws ARGUMENTS_INVALID for what cannot be the id of a step */
export function checkStep(step: string): void {
  if (/^[\w-]+$/.test(step)) return;
  throw windmillError('ARGUMENTS_INVALID', {
    what: `\`${step}\` is not the id of a step`,
    why: 'ids of steps have letters, digits, `_` and `-`',
    remedy: 'pass the `id` of a module of the flow',
  });
}

function send(
  { api, workspace }: EngineContext,
  runnable: Runnable,
  args: JsonObject,
  query: { readonly job_id: string },
  signal: { readonly signal?: AbortSignal },
): Promise<Answer<string>> {
  const common = { parseAs: 'text', ...signal } as const;
  switch (runnable.kind) {
    case 'flow':
      return api.POST('/w/{workspace}/jobs/run/f/{path}', {
        params: { path: { workspace, path: runnable.path }, query },
        body: args,
        ...common,
      });
    case 'preview':
      return api.POST('/w/{workspace}/jobs/run/preview', {
        params: { path: { workspace }, query },
        body: { content: runnable.content, language: runnable.language as 'bash', args },
        ...common,
      });
    case 'flow-preview':
      return api.POST('/w/{workspace}/jobs/run/preview_flow', {
        params: { path: { workspace }, query },
        body: { value: runnable.value as { modules: [] }, args },
        ...common,
      });
    case 'restart':
      return restart(workspace, api, runnable, query, common);
    case 'script': {
      const { ref } = runnable;
      if (typeof ref === 'object' && 'hash' in ref) {
        return api.POST('/w/{workspace}/jobs/run/h/{hash}', {
          params: { path: { workspace, hash: ref.hash }, query },
          body: args,
          ...common,
        });
      }
      return api.POST('/w/{workspace}/jobs/run/p/{path}', {
        params: { path: { workspace, path: typeof ref === 'string' ? ref : ref.path }, query },
        body: args,
        ...common,
      });
    }
  }
}

/** Restarts a flow by the route of newer servers, or of older ones, which do not know the former. */
async function restart(
  workspace: string,
  api: EngineContext['api'],
  { id, step, iteration }: Restart,
  query: { readonly job_id: string },
  common: { readonly parseAs: 'text'; readonly signal?: AbortSignal },
): Promise<Answer<string>> {
  const answer = await api.POST('/w/{workspace}/jobs/restart/f/{id}', {
    params: { path: { workspace, id }, query },
    body: { step_id: step, ...(iteration === undefined ? {} : { branch_or_iteration_n: iteration }) },
    ...common,
  });
  if (!isUnknownRoute(answer)) return answer;
  return api.POST('/w/{workspace}/jobs/restart/f/{id}/from/{step_id}/{branch_or_iteration_n}', {
    params: { path: { workspace, id, step_id: step, branch_or_iteration_n: iteration ?? 0 }, query },
    body: {},
    ...common,
  });
}

/** Handlers answer a submit with 201 or an error with a prefix; 200 is the page of the web interface. */
function isUnknownRoute({ response, error }: Answer<string>): boolean {
  return [200, 404, 405].includes(response.status) && !answerText(error).startsWith('Not found: ');
}

/** What runs, as in `the script f/x/hello`. */
export function nameOf(runnable: Runnable): string {
  switch (runnable.kind) {
    case 'flow':
      return `the flow ${runnable.path}`;
    case 'preview':
      return `the ${runnable.language} code`;
    case 'flow-preview':
      return 'the flow';
    case 'restart':
      return `the flow ${runnable.id} again from its step ${runnable.step}`;
    case 'script': {
      const { ref } = runnable;
      return `the script ${typeof ref === 'string' ? ref : 'hash' in ref ? ref.hash : ref.path}`;
    }
  }
}
