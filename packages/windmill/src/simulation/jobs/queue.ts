import type { Clock } from '../../clock/clock.js';
import { failure, type Job, type Outcome } from '../state/model.js';

export interface QueueOptions {
  readonly clock: Clock;
  readonly workers: number;
  /** Tags that the workers take; jobs with others wait for ever. */
  readonly tags: ReadonlySet<string>;
  /** Runs a job that is not a flow. */
  readonly run: (job: Job) => Promise<Outcome>;
  /** Runs a flow, which takes no worker while its steps run. */
  readonly runFlow: (job: Job) => Promise<Outcome>;
  /** What is written to a log when a job starts. */
  readonly logHead: (job: Job) => string;
}

/** Milliseconds until a worker notices a job, and a cancel of one that runs. */
const pickup = 20;
const cancelNotice = 1_000;
/** Milliseconds after which the server takes a job for lost whose worker has not been heard of. */
const lostAfter = 60_000;

/** The queue and its workers. Every job ends once: whatever arrives later is dropped. */
export class JobQueue {
  #free: number;
  readonly #ready: Job[] = [];
  readonly #running = new Map<Job, number>();
  #delivery = 0;

  constructor(private readonly options: QueueOptions) {
    this.#free = options.workers;
  }

  push(job: Job): void {
    const { clock, tags } = this.options;
    const delay = Math.max(0, job.scheduledFor - clock.now()) + pickup;
    void clock.sleep(delay).then(() => {
      if (!tags.has(job.tag)) return;
      this.#ready.push(job);
      this.#assign();
    });
  }

  /** Asks a job to end, as `queue/cancel` does. @returns whether it had not ended */
  cancel(job: Job, by: string, reason: string | undefined, force: boolean): boolean {
    if (job.endedAt !== undefined) return false;
    job.canceledBy = by;
    job.canceledReason = reason;
    const text = `canceled by ${by}: (force cancel: ${force})`;
    if (force) {
      // A worker is not told: it goes on with its script, and stays taken until the end of it.
      if (isFlow(job) || job.startedAt === undefined) job.stop.abort(new Error(text));
      this.end(job, canceled(job));
    } else if (job.startedAt === undefined) job.logs += text;
    else {
      void this.options.clock.sleep(cancelNotice).then(() => {
        job.stop.abort(new Error(terminated(job)));
      });
    }
    return true;
  }

  /** Ends a step of a flow that ends, and what runs for it. */
  stopStep(job: Job, by: string, reason: string | undefined): void {
    if (this.cancel(job, by, reason, true)) job.stop.abort(new Error(terminated(job)));
  }

  /** Ends a job, unless it has ended. */
  end(job: Job, outcome: Outcome): void {
    if (job.endedAt !== undefined) return;
    job.startedAt ??= this.options.clock.now();
    job.endedAt = this.options.clock.now();
    job.outcome = outcome;
    job.suspend = 0;
    notify(job);
  }

  /**
   * The machine of the workers stops: what they ran is forgotten, and starts again once the server takes it for lost. A job
   * thus runs at least once.
   */
  crash(): void {
    const lost = [...this.#running.keys()];
    this.#running.clear();
    this.#free = this.options.workers;
    for (const job of lost) this.#restart(job);
    this.#assign();
  }

  /** Delivers a running job to a second worker, as after a lost heartbeat. Both run; the first result counts. */
  duplicate(job: Job): void {
    if (job.endedAt === undefined) void this.#deliver(job, ++this.#delivery, false);
  }

  #restart(job: Job): void {
    job.stop.abort(new Error('the worker was lost'));
    job.stop = new AbortController();
    void this.options.clock.sleep(lostAfter).then(() => {
      if (job.endedAt !== undefined) return;
      job.startedAt = undefined;
      job.logs += 'Restarted job after not receiving ping from it\n';
      this.#ready.push(job);
      this.#assign();
    });
  }

  #assign(): void {
    for (;;) {
      const index = this.#ready.findIndex((job) => isFlow(job) || this.#free > 0);
      const [job] = index < 0 ? [] : this.#ready.splice(index, 1);
      if (job === undefined) return;
      if (job.endedAt !== undefined) continue;
      if (job.canceledBy !== undefined) {
        this.end(job, canceled(job));
        continue;
      }
      const delivery = ++this.#delivery;
      if (!isFlow(job)) {
        this.#free--;
        this.#running.set(job, delivery);
      }
      void this.#deliver(job, delivery, !isFlow(job));
    }
  }

  async #deliver(job: Job, delivery: number, takesWorker: boolean): Promise<void> {
    job.startedAt = this.options.clock.now();
    job.logs += isFlow(job) ? '' : this.options.logHead(job);
    notify(job);
    const { signal } = job.stop;
    const outcome = await (isFlow(job) ? this.options.runFlow(job) : this.#runScript(job));
    // A lost worker reports nothing.
    const isCurrent = !takesWorker || this.#running.get(job) === delivery;
    if (isCurrent || !signal.aborted) this.end(job, outcome);
    if (takesWorker && isCurrent) {
      this.#running.delete(job);
      this.#free++;
      this.#assign();
    }
  }

  async #runScript(job: Job): Promise<Outcome> {
    const { clock } = this.options;
    const over = new AbortController();
    const { signal } = job.stop;
    const waits = [
      this.options.run(job),
      new Promise<Outcome>((resolve) => {
        const stop = () => {
          resolve(stopped(signal.reason));
        };
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
      }),
    ];
    if (job.timeout !== undefined) {
      const timer = clock.sleep(job.timeout * 1_000, over.signal).then(() => {
        const reason = 'job process terminated due to timeout after exceeding job-specific duration limit';
        job.stop.abort(new Error(reason));
        return stopped(job.stop.signal.reason);
      });
      timer.catch(() => undefined);
      waits.push(timer);
    }
    try {
      return await Promise.race(waits);
    } finally {
      over.abort();
    }
  }
}

/** Tells those who wait for a job that it has changed. */
export function notify(job: Job): void {
  for (const watcher of [...job.watchers]) watcher();
}

function isFlow(job: Job): boolean {
  return job.flow !== undefined;
}

function stopped(reason: unknown): Outcome {
  const text = reason instanceof Error ? reason.message : String(reason);
  return failure({ name: 'ExecutionErr', message: `execution error:\n${text}` });
}

function terminated({ canceledBy, canceledReason }: Job): string {
  const reason = canceledReason === undefined ? '' : ` (reason: ${canceledReason})`;
  return `job process terminated due to cancelled by ${canceledBy ?? ''}${reason}`;
}

/** The result of a job that is canceled before it runs, or by force. */
function canceled(job: Job): Outcome {
  const reason = job.canceledReason ?? 'no reason';
  return failure({ name: 'Canceled', message: `Job canceled: ${reason} by ${job.canceledBy ?? ''}` });
}
