import { readBody } from '../http/body.js';
import {
  type Call,
  empty,
  type Handler,
  json,
  notFound,
  problem,
  type Routes,
  text,
} from '../http/router.js';
import { resume } from '../flows/suspend.js';
import { completedJson, jobJson, listedJson, logsOf, queueRow } from '../jobs/job-json.js';
import type { SimulatedServer } from '../server/server.js';
import type { Job, Workspace } from '../state/model.js';
import { inWorkspace, pageOf } from './in-workspace.js';
import { updateStream, updateSince } from './updates.js';

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const user = 'superadmin_secret';
const ansiHint = "to remove ansi colors, use: | sed 's/\\x1B\\[[0-9;]\\{1,\\}[A-Za-z]//g'\n";

type JobHandler = (job: Job, call: Call, workspace: Workspace) => Response | Promise<Response>;

/** Routes that read and change jobs. */
export function jobRoutes(server: SimulatedServer): Routes {
  const base = '/w/:workspace';
  const { clock } = server.options;
  /** @param missing what the server answers for an unknown id */
  const forJob = (missing: (id: string, call: Call) => Response, handler: JobHandler): Handler =>
    inWorkspace(server, 'v2_job', (call, workspace) => {
      const { id = '' } = call.path;
      if (!uuid.test(id)) {
        const reason = `invalid length: expected length 32 for simple format, found ${id.length}`;
        return text(`Invalid URL: UUID parsing failed: ${reason}`, 400);
      }
      const job = workspace.jobs.get(id);
      return job === undefined ? missing(id, call) : handler(job, call, workspace);
    });
  const absent = (kind: string) => (id: string) => notFound(kind, id);
  const completed = (handler: JobHandler) =>
    forJob(absent('Completed Job'), (job, call, workspace) =>
      job.endedAt === undefined ? notFound('Completed Job', job.id) : handler(job, call, workspace),
    );
  const cancel = (force: boolean): Handler =>
    forJob(
      (id) => problem(404, `Not found: queued job id ${id} does not exist`),
      (job, call) => {
        const body = readBody(call, []);
        if (body instanceof Response) return body;
        const reason = typeof body.reason === 'string' ? body.reason : undefined;
        const isCanceled = server.queue.cancel(job, user, reason, force);
        return text(isCanceled ? job.id : `queued job id ${job.id} is already completed`);
      },
    );
  return {
    [`GET ${base}/jobs_u/get/:id`]: forJob(absent('Job'), (job, { query }, { id }) =>
      json(jobJson(id, job, { logs: query.get('no_logs') !== 'true' })),
    ),
    [`GET ${base}/jobs_u/get_logs/:id`]: forJob(absent('Job Logs'), (job) =>
      problem(200, ansiHint + logsOf(job)),
    ),
    [`GET ${base}/jobs_u/completed/get/:id`]: completed((job, _, { id }) =>
      json(completedJson(id, job, { logs: true })),
    ),
    [`GET ${base}/jobs_u/completed/get_result/:id`]: completed((job) => json(job.outcome?.result ?? null)),
    [`GET ${base}/jobs_u/completed/get_result_maybe/:id`]: forJob(
      (_, call) => resultMaybe(undefined, call),
      resultMaybe,
    ),
    [`GET ${base}/jobs_u/getupdate/:id`]: forJob(absent('Job'), (job, { query }) =>
      json(updateSince(job, Number(query.get('log_offset') ?? 0))),
    ),
    [`GET ${base}/jobs_u/getupdate_sse/:id`]: forJob(
      () => updateStream(undefined, clock, {}),
      (job, { query }, workspace) =>
        updateStream({ job, workspace: workspace.id }, clock, {
          offset: Number(query.get('log_offset') ?? 0),
          fast: query.get('fast') === 'true',
        }),
    ),
    [`POST ${base}/jobs_u/queue/cancel/:id`]: cancel(false),
    [`POST ${base}/jobs_u/queue/force_cancel/:id`]: cancel(true),
    [`POST ${base}/jobs/flow/resume/:id`]: forJob(
      () => problem(500, 'Error: parent flow job not found @jobs.rs:2599:16'),
      (job, call) => {
        const body = readBody(call, []);
        if (body instanceof Response) return body;
        return resume(job, body)
          ? empty(201)
          : problem(500, 'Error: parent flow job not found @jobs.rs:2599:16');
      },
    ),
    // jobs.rs of 1.533.1, without the feature `enterprise`.
    [`POST ${base}/jobs/restart/f/:id/from/:step/:iteration`]: inWorkspace(server, 'v2_job', () =>
      problem(400, 'Bad request: Restarting a flow is a feature only available in enterprise version'),
    ),
    [`GET ${base}/jobs/queue/count`]: inWorkspace(server, 'v2_job', (_, workspace) => {
      const queued = queuedJobs(workspace);
      const due = queued.filter((job) => job.scheduledFor <= clock.now() && job.startedAt === undefined);
      return json({ database_length: due.length, suspended: queued.filter((job) => job.suspend > 0).length });
    }),
    [`GET ${base}/jobs/queue/list`]: inWorkspace(server, 'v2_job', ({ query }, workspace) =>
      json(pageOf(queuedJobs(workspace), query).map((job) => queueRow(workspace.id, job))),
    ),
    [`GET ${base}/jobs/list`]: inWorkspace(server, 'v2_job', ({ query }, workspace) => {
      const ended = [...workspace.jobs.values()].filter((job) => job.endedAt !== undefined).reverse();
      return json(
        pageOf([...queuedJobs(workspace), ...ended], query).map((job) => listedJson(workspace.id, job)),
      );
    }),
  };
}

function queuedJobs(workspace: Workspace): Job[] {
  return [...workspace.jobs.values()].filter((job) => job.endedAt === undefined).reverse();
}

/** A skipped job counts as no success here, though `get` says that it is one. */
/** An unknown job has the same answer as a queued one. */
function resultMaybe(job: Job | undefined, { query }: Call): Response {
  if (job?.outcome === undefined) {
    const started = query.get('get_started') === 'true' ? job?.startedAt !== undefined : null;
    return json({ started, success: null, completed: false, result: null });
  }
  const { outcome } = job;
  const success = outcome.success && outcome.skipped !== true;
  return json({ started: true, success, completed: true, result: outcome.result });
}
