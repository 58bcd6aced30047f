import type { Clock } from '../../clock/clock.js';
import { notify } from '../jobs/queue.js';
import { failure, type FlowModule, type Job, type ModuleStatus, type Outcome } from '../state/model.js';

/** Seconds that the server waits if the step sets no timeout. */
const defaultTimeout = 1_800;

/**
 * Waits until a suspended flow has been resumed as often as the step before requires.
 * @returns the failure if the timeout passes first; undefined if the flow goes on, or was canceled
 */
export async function waitForEvents(
  job: Job,
  before: FlowModule,
  status: ModuleStatus,
  clock: Clock,
): Promise<Outcome | undefined> {
  const { required_events: required = 1, timeout = defaultTimeout } = before.suspend ?? {};
  job.suspend = Math.max(0, required - job.resumes.length);
  if (job.suspend === 0) return undefined;
  Object.assign(status, { type: 'WaitingForEvents', count: job.suspend });
  notify(job);
  const over = new AbortController();
  const { signal } = job.stop;
  const resumed = new Promise<true>((resolve) => {
    const look = () => {
      if (job.suspend > 0 && !signal.aborted) return;
      job.watchers.delete(look);
      resolve(true);
    };
    job.watchers.add(look);
    signal.addEventListener('abort', look, { once: true });
  });
  const timer = clock.sleep(timeout * 1_000, over.signal).then(
    () => false as const,
    () => true as const,
  );
  const isResumed = await Promise.race([resumed, timer]);
  over.abort();
  job.suspend = 0;
  delete status.count;
  status.type = 'WaitingForPriorSteps';
  if (isResumed || before.suspend?.continue_on_disapprove_timeout === true) return undefined;
  const message = 'Suspended flow timed out without approval or did not get enough approval';
  return failure({ name: 'SuspendedTimedOut', message });
}

/** Delivers an approval. @returns false if the flow does not wait for one */
export function resume(job: Job, payload: Job['resumes'][number]): boolean {
  if (job.suspend === 0) return false;
  job.resumes.push(payload);
  job.suspend--;
  const waiting = job.flowStatus?.modules.find((module) => module.type === 'WaitingForEvents');
  if (waiting !== undefined) waiting.count = job.suspend;
  notify(job);
  return true;
}
