import type { JsonObject } from '../../client/json.js';
import type { Clock } from '../../clock/clock.js';
import { jobJson } from '../jobs/job-json.js';
import type { Job } from '../state/model.js';
import { logsOf } from '../jobs/job-json.js';

/** Milliseconds: pauses between looks, and the time after which a 1.533.1 server closes a stream. */
const fastPause = 100;
const slowPause = 3_000;
const pingAfter = 10_000;
const closeAfter = 30_000;

/** What has happened to a job since an offset of its log, as `getupdate` serves it. */
export function updateSince(job: Job, offset: number): JsonObject {
  const ended = job.endedAt !== undefined;
  const logs = ended ? logsOf(job) : job.logs;
  return {
    running: !ended && job.startedAt !== undefined,
    completed: ended,
    new_logs: logs.slice(offset),
    log_offset: logs.length,
    mem_peak: 3_640,
  };
}

interface StreamOptions {
  readonly offset?: number;
  readonly fast?: boolean;
}

/**
 * A stream of updates: a frame when the log has grown, and a last one with the job.
 * @param subject undefined for an unknown id
 */
export function updateStream(
  subject: { readonly job: Job; readonly workspace: string } | undefined,
  clock: Clock,
  { offset = 0, fast = false }: StreamOptions,
): Response {
  const closed = new AbortController();
  const frames = subject === undefined ? unknownJob() : updates(subject, clock, offset, fast, closed.signal);
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(`data: ${value}\n\n`));
      } catch {
        // The reader has gone, which ends the wait for the next frame.
        closed.abort();
      }
    },
    cancel() {
      closed.abort();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

function* unknownJob(): Generator<string, void> {
  yield '';
  yield JSON.stringify({ type: 'notfound' });
}

async function* updates(
  { job, workspace }: { readonly job: Job; readonly workspace: string },
  clock: Clock,
  start: number,
  fast: boolean,
  closed: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const end = clock.now() + closeAfter;
  let offset = start;
  let isFirst = true;
  let lastFrame = clock.now();
  for (;;) {
    const { completed, new_logs: logs, log_offset: next, mem_peak } = updateSince(job, offset);
    const grown = logs === '' ? {} : { new_logs: logs ?? '', log_offset: next ?? 0 };
    if (completed === true) {
      const finished = jobJson(workspace, job, { logs: false });
      const last = {
        type: 'update',
        running: false,
        completed,
        ...grown,
        mem_peak: mem_peak ?? 0,
        job: finished,
      };
      yield JSON.stringify(last);
      return;
    }
    if (isFirst || logs !== '') {
      const first = isFirst ? { completed: false } : {};
      const memory = isFirst && job.startedAt !== undefined ? { mem_peak: mem_peak ?? 0 } : {};
      yield JSON.stringify({ type: 'update', ...first, ...grown, ...memory });
      lastFrame = clock.now();
    } else if (clock.now() - lastFrame >= pingAfter) {
      yield JSON.stringify({ type: 'ping' });
      lastFrame = clock.now();
    }
    isFirst = false;
    offset = Number(next);
    if (clock.now() >= end) {
      yield JSON.stringify({ type: 'timeout' });
      return;
    }
    await clock.sleep(fast ? fastPause : slowPause, closed);
  }
}
