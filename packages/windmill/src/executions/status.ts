import type { Schemas } from '../client/api.js';
import type { ExecutionState, ExecutionStatus } from './types.js';

type Job = Schemas['Job'];

/** The state of a job as `jobs_u/get` serves it. A running job that is not started is a flow that waits. */
export function statusOf(job: Job, now: number): ExecutionStatus {
  return {
    id: job.id,
    state: stateOf(job, now),
    createdAt: dateOf(job.created_at),
    startedAt: dateOf(job.started_at),
    canceledBy: job.canceled_by ?? undefined,
    canceledReason: job.canceled_reason ?? undefined,
    path: job.script_path ?? undefined,
  };
}

function stateOf(job: Job, now: number): ExecutionState {
  if ('success' in job) {
    if (job.is_skipped) return 'skipped';
    if (job.canceled) return job.canceled_by === 'timeout' ? 'timed-out' : 'canceled';
    return job.success ? 'succeeded' : 'failed';
  }
  if (job.running) return isSuspended(job) ? 'suspended' : 'running';
  return (dateOf(job.scheduled_for)?.getTime() ?? 0) > now ? 'scheduled' : 'queued';
}

/** A flow waits for events while one of its modules does; served as `suspend` as well, which the document leaves out. */
function isSuspended(job: Job): boolean {
  return job.flow_status?.modules.some((module) => module.type === 'WaitingForEvents') ?? false;
}

function dateOf(text: string | null | undefined): Date | undefined {
  return text === null || text === undefined ? undefined : new Date(text);
}
