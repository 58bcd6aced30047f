import type { Json, JsonObject } from '../../client/json.js';
import type { FlowStatus, Job } from '../state/model.js';

/** Fields that the server leaves out rather than serve as null. */
type Optional = Readonly<Record<string, Json | undefined>>;

const user = 'superadmin_secret';
export const workerName = 'wk-default-simulation-00001';
const logTail = 20_000;
const largestResult = 90_000;

export const iso = (time: number): string => new Date(time).toISOString().replace('Z', '000Z');

/** A job as `jobs_u/get` serves it: a QueuedJob until it has ended, then a CompletedJob. */
export function jobJson(workspace: string, job: Job, options: { readonly logs: boolean }): JsonObject {
  const ended = job.endedAt !== undefined;
  return {
    type: ended ? 'CompletedJob' : 'QueuedJob',
    ...(ended ? completedJson : queuedJson)(workspace, job, options),
  };
}

function queuedJson(workspace: string, job: Job, { logs }: { readonly logs: boolean }): JsonObject {
  const started = job.startedAt !== undefined;
  return present({
    ...origin(workspace, job),
    started_at: started ? iso(job.startedAt ?? 0) : undefined,
    scheduled_for: iso(job.scheduledFor),
    running: started,
    ...subject(job),
    script_entrypoint_override: null,
    args: job.args,
    logs: logs && job.logs !== '' ? job.logs.slice(-logTail) : undefined,
    canceled: started && job.canceledBy !== undefined,
    canceled_by: started ? job.canceledBy : undefined,
    canceled_reason: started ? job.canceledReason : undefined,
    last_ping: started && job.flow === undefined ? iso(job.startedAt ?? 0) : undefined,
    ...rights(job),
    flow_status: job.flowStatus && flowStatusJson(job.flowStatus),
    same_worker: false,
    suspend: job.suspend,
    mem_peak: started && job.flow === undefined ? 3_048 : undefined,
    leaf_jobs: leafJobs(job),
    raw_flow: job.flow as JsonObject | undefined,
    worker: started ? workerName : undefined,
  });
}

/** A completed job as `jobs_u/completed/get` serves it. */
export function completedJson(workspace: string, job: Job, { logs }: { readonly logs: boolean }): JsonObject {
  return present({
    ...origin(workspace, job),
    started_at: iso(job.startedAt ?? job.createdAt),
    duration_ms: (job.endedAt ?? 0) - (job.startedAt ?? 0),
    success: job.outcome?.success ?? false,
    ...subject(job),
    args: job.args,
    result: shortResult(job.outcome?.result ?? null),
    result_columns: null,

    logs: logs ? logsOf(job).slice(-logTail) : undefined,
    deleted: false,
    canceled: job.canceledBy !== undefined,
    canceled_by: job.canceledBy,
    canceled_reason: job.canceledReason,
    ...rights(job),
    flow_status: job.flowStatus && flowStatusJson(job.flowStatus),
    is_skipped: job.outcome?.success === true && job.outcome.skipped === true,
    mem_peak: job.flow === undefined ? 3_640 : undefined,
    raw_flow: job.flow as JsonObject | undefined,
    worker: workerName,
  });
}

const unlisted = new Set(['result', 'worker', 'raw_flow']);

/** An entry of `jobs/list`: without arguments, result and log. */
export function listedJson(workspace: string, job: Job): JsonObject {
  const json = Object.entries(jobJson(workspace, job, { logs: false })).filter(([key]) => !unlisted.has(key));
  return { ...Object.fromEntries(json), args: null, ...(job.endedAt === undefined ? {} : { priority: 0 }) };
}

/** An entry of `queue/list`, whose rows have every column. */
export function queueRow(workspace: string, job: Job): JsonObject {
  const started = job.startedAt === undefined ? null : iso(job.startedAt);
  return {
    id: job.id,
    running: started !== null,
    created_by: user,
    created_at: iso(job.createdAt),
    started_at: started,
    scheduled_for: iso(job.scheduledFor),
    script_hash: job.hash ?? null,
    script_path: job.path ?? null,
    args: null,
    job_kind: job.kind,
    schedule_path: null,
    is_flow_step: job.parent !== undefined,
    language: job.language ?? null,
    email: `${user}@windmill.dev`,
    suspend: job.suspend,
    tag: job.tag,
    priority: null,
    workspace_id: workspace,
  };
}

/** The log of a flow is one line, written at its end. */
export function logsOf(job: Job): string {
  if (job.flow === undefined) return job.logs;
  return job.outcome?.success === false
    ? 'Flow job completed with error\n'
    : 'Flow job completed with success\n';
}

function origin(workspace: string, job: Job): Optional {
  return {
    workspace_id: workspace,
    id: job.id,
    parent_job: job.parent?.id,
    created_by: user,
    created_at: iso(job.createdAt),
  };
}

function subject(job: Job): Optional {
  return { script_hash: job.hash, script_path: job.path };
}

function rights(job: Job): Optional {
  return {
    job_kind: job.kind,
    permissioned_as: `u/${user}`,
    is_flow_step: job.parent !== undefined,
    language: job.language,
    email: `${user}@windmill.dev`,
    visible_to_owner: true,
    tag: job.tag,
  };
}

function flowStatusJson(status: FlowStatus): JsonObject {
  return present({
    step: status.step,
    retry: status.retry,
    modules: status.modules.map((module) => present({ ...module })),
    cleanup_module: {},
    failure_module: present({ ...status.failureModule }),
    preprocessor_module: null,
  });
}

function leafJobs(job: Job): JsonObject | undefined {
  const done = job.flowStatus?.modules.filter(
    (module) => module.type === 'Success' && module.job !== undefined,
  );
  if (done === undefined || done.length === 0) return undefined;
  return Object.fromEntries(done.map((module) => [module.id, { SingleJob: module.job ?? '' }]));
}

function shortResult(result: Json): Json {
  return JSON.stringify(result).length >= largestResult ? 'WINDMILL_TOO_BIG' : result;
}

function present(fields: Optional): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
