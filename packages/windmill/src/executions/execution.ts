import { unwrap } from '../client/answers.js';
import type { Json, JsonObject } from '../client/json.js';
import { reasonOf } from '../clock/clock.js';
import { windmillError } from '../errors.js';
import { type EngineContext, untilStopped, withSignal } from './context.js';
import { logLines } from './logs.js';
import { outcome } from './outcome.js';
import { statusOf } from './status.js';
import type { Execution, ExecutionStatus, RunOptions, WaitOptions } from './types.js';

/** Milliseconds between two looks: a tenth of the time that has passed, within these limits. */
const firstPoll = 25;
const longestPoll = 1_000;
/** Virtual time costs nothing, requests do: there the pauses double. */
const longestVirtualPoll = 60_000;

/** Milliseconds in which a worker notices a cancel and ends what it runs. */
const cancelPatience = 10_000;

/** How a job ended; the status is left out for success. */
interface Ended {
  readonly result: Json;
  readonly status: ExecutionStatus | undefined;
}

/** An execution on the server. Several waits share one poll. */
export class ServerExecution<Result extends Json> implements Execution<Result> {
  readonly simulated: boolean;
  #ended: Promise<Ended> | undefined;
  readonly #deadline: number;

  constructor(
    readonly id: string,
    private readonly context: EngineContext,
    private readonly options: Pick<RunOptions, 'timeout' | 'cancelOnTimeout'>,
    /** Whether the server has the job for sure. */
    private isKnown: boolean,
  ) {
    this.simulated = context.simulated;
    this.#deadline = context.clock.now() + (options.timeout ?? context.timeout) * 1_000;
  }

  async status({ signal }: WaitOptions = {}): Promise<ExecutionStatus> {
    const { api, workspace, clock } = this.context;
    const job = await unwrap(
      api.GET('/w/{workspace}/jobs_u/get/{id}', {
        params: { path: { workspace, id: this.id }, query: { no_logs: true } },
        ...withSignal(this.context, signal),
      }),
      `read the execution ${this.id}`,
      [{ text: /^Not found: /, code: 'EXECUTION_NOT_FOUND' }],
    );
    return statusOf(job, clock.now());
  }

  async result({ signal }: WaitOptions = {}): Promise<Result> {
    const over = new AbortController();
    const timer = this.context.clock
      .sleep(this.#deadline - this.context.clock.now(), over.signal)
      .then(() => this.#timedOut());
    // Whoever aborts the sleep no longer waits for it.
    timer.catch(() => undefined);
    try {
      const waits = [this.ended(), timer, ...(signal === undefined ? [] : [aborted(signal, over.signal)])];
      const { result, status } = await Promise.race(waits);
      return outcome(this.id, result, status) as Result;
    } finally {
      over.abort();
    }
  }

  /** Resolves when the job has ended, however; without a timeout. */
  ended(): Promise<Ended> {
    this.#ended ??= this.#poll().catch((error: unknown) => {
      this.#ended = undefined;
      throw error;
    });
    return this.#ended;
  }

  async *logs({ signal }: WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    this.context.checkReady();
    yield* logLines({ ...this.context, id: this.id, signal: untilStopped(this.context, signal) });
  }

  async cancel(reason?: string, options: { readonly force?: boolean } & WaitOptions = {}): Promise<boolean> {
    const { force = false, signal } = options;
    if (!force) return this.#cancel('cancel', reason, signal);
    // A forced cancel is not told to the worker, which goes on and stays taken. So a job that runs is asked to end first.
    if ((await this.status({ signal })).state !== 'running') {
      return this.#cancel('force_cancel', reason, signal);
    }
    if (!(await this.#cancel('cancel', reason, signal))) return false;
    if (!(await this.#endsSoon(signal))) await this.#cancel('force_cancel', reason, signal);
    return true;
  }

  async resume(payload: JsonObject = {}, { signal }: WaitOptions = {}): Promise<void> {
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/jobs/flow/resume/{id}', {
        params: { path: { workspace, id: this.id } },
        body: payload,
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `resume the flow ${this.id}`,
      [
        {
          text: /parent flow job not found|not suspended|not in a suspended/i,
          code: 'EXECUTION_NOT_SUSPENDED',
        },
      ],
    );
  }

  async #cancel(
    route: 'cancel' | 'force_cancel',
    reason: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { api, workspace } = this.context;
    const text = await unwrap(
      api.POST(`/w/{workspace}/jobs_u/queue/${route}/{id}`, {
        params: { path: { workspace, id: this.id } },
        body: reason === undefined ? {} : { reason },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `cancel the execution ${this.id}`,
      [{ text: /^Not found: /, code: 'EXECUTION_NOT_FOUND' }],
    );
    return !text.includes('already completed');
  }

  /** Waits a moment for the end of a job that has been canceled. */
  async #endsSoon(signal: AbortSignal | undefined): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, untilStopped(this.context, signal)]);
    const timer = this.context.clock.sleep(cancelPatience, either).then(() => false);
    // Whoever aborts the sleep no longer waits for it.
    timer.catch(() => undefined);
    try {
      return await Promise.race([timer, this.ended().then(() => true)]);
    } finally {
      over.abort();
    }
  }

  async #poll(): Promise<Ended> {
    const { clock, stopped, simulated } = this.context;
    const start = clock.now();
    for (;;) {
      const ended = await this.#look();
      if (ended !== undefined) return ended;
      const elapsed = clock.now() - start;
      const pause = simulated ? Math.min(elapsed, longestVirtualPoll) : Math.min(elapsed / 10, longestPoll);
      await clock.sleep(Math.max(firstPoll, pause), stopped);
    }
  }

  async #look(): Promise<Ended | undefined> {
    const { api, workspace } = this.context;
    const state = await unwrap(
      api.GET('/w/{workspace}/jobs_u/completed/get_result_maybe/{id}', {
        params: { path: { workspace, id: this.id }, query: { get_started: true } },
      }),
      `read the result of ${this.id}`,
    );
    const result = state.result as Json;
    if (state.completed && state.success === true) return { result, status: undefined };
    if (state.completed) return { result, status: await this.status() };
    // This route answers an unknown id like a queued one, so the job itself is asked for, once.
    if (state.started !== true && !this.isKnown) await this.status();
    this.isKnown = true;
    return undefined;
  }

  async #timedOut(): Promise<Ended> {
    const late = await this.#look();
    if (late !== undefined) return late;
    const { timeout = this.context.timeout, cancelOnTimeout } = this.options;
    if (cancelOnTimeout === true) await this.cancel('the timeout of the caller is over');
    throw windmillError('EXECUTION_TIMEOUT', {
      what: `the execution ${this.id} did not end within ${timeout} seconds`,
      why:
        cancelOnTimeout === true
          ? 'the timeout expired, and the execution was canceled'
          : 'the timeout expired; the execution continues on the server',
    });
  }
}

/** Rejects when the signal is aborted; forgets it when the wait is over. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(reasonOf(signal));
    const stop = () => {
      reject(reasonOf(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
    over.addEventListener('abort', () => {
      signal.removeEventListener('abort', stop);
    });
  });
}
