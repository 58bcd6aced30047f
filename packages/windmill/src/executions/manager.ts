import { languageOf } from '../config/languages.js';
import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { unwrap } from '../client/answers.js';
import type { Json, JsonObject } from '../client/json.js';
import { windmillError } from '../errors.js';
import { type EngineContext, untilStopped, withSignal } from './context.js';
import { ServerExecution } from './execution.js';
import { statusOf } from './status.js';
import { checkJobId, checkStep, nameOf, type Runnable, submit } from './submit.js';
import type {
  Execution,
  ExecutionManager,
  ExecutionStatus,
  RunOptions,
  ScriptRef,
  WaitOptions,
} from './types.js';

/** Submits jobs, never more at once than `maxConcurrent`: Windmill's own limits need its enterprise edition. */
export class Executions implements ExecutionManager {
  readonly #queue: PQueue;

  constructor(private readonly context: EngineContext) {
    this.#queue = new PQueue({ concurrency: context.maxConcurrent });
    context.observer.watch(() => ({ inProgress: this.#queue.pending, waiting: this.#queue.size }));
  }

  get inProgress(): number {
    return this.#queue.pending;
  }

  /** Takes over a changed `maxConcurrent`. Executions in progress continue. */
  reconfigure(): void {
    this.#queue.concurrency = this.context.maxConcurrent;
  }

  /** Resolves when no execution of this engine is in progress or waits for its place. */
  idle(): Promise<void> {
    return this.#queue.onIdle();
  }

  runScript<Result extends Json>(
    ref: ScriptRef,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.#run({ kind: 'script', ref }, args, options);
  }

  runFlow<Result extends Json>(
    path: string,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.#run({ kind: 'flow', path }, args, options);
  }

  async preview<Result extends Json>(
    code: { readonly language: string; readonly content: string },
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.#run({ kind: 'preview', ...code, language: languageOf(code.language) }, args, options);
  }

  previewFlow<Result extends Json>(
    value: unknown,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.#run({ kind: 'flow-preview', value }, args, options);
  }

  async restart<Result extends Json>(
    id: string,
    step: string,
    options: RunOptions & { readonly iteration?: number | undefined } = {},
  ): Promise<Execution<Result>> {
    checkJobId(id);
    checkStep(step);
    return this.#run({ kind: 'restart', id, step, iteration: options.iteration }, {}, options);
  }

  attach<Result extends Json>(id: string): Execution<Result> {
    this.context.checkReady();
    checkJobId(id);
    return new ServerExecution<Result>(id, this.context, {}, false);
  }

  async *list(options: { readonly pageSize?: number } & WaitOptions = {}): AsyncGenerator<ExecutionStatus> {
    this.context.checkReady();
    const { api, workspace, clock } = this.context;
    const size = options.pageSize ?? 100;
    for (let page = 1; ; page++) {
      const jobs = await unwrap(
        api.GET('/w/{workspace}/jobs/list', {
          params: { path: { workspace }, query: { page, per_page: size } },
          ...withSignal(this.context, options.signal),
        }),
        'list the executions',
      );
      for (const job of jobs) yield statusOf(job, clock.now());
      if (jobs.length < size) return;
    }
  }

  /** Resolves when the job is submitted; its place is free again when the job has ended. */
  async #run<Result extends Json>(
    runnable: Runnable,
    args: JsonObject,
    options: RunOptions,
  ): Promise<Execution<Result>> {
    const { context } = this;
    context.checkReady();
    if (options.whenFull === 'reject' && this.#queue.pending >= context.maxConcurrent) {
      throw windmillError('CONCURRENCY_LIMIT', {
        what: `${this.#queue.pending} executions are in progress`,
        why: `\`maxConcurrent\` is ${context.maxConcurrent}`,
      });
    }
    const id = options.jobId ?? randomUUID();
    const signal = untilStopped(context, options.signal);
    const { promise, resolve, reject } = Promise.withResolvers<Execution<Result>>();
    // A submit that waits for a place gives up at once.
    const giveUp = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const place = async () => {
      const finish = context.observer.started(id, nameOf(runnable));
      let outcome = 'unknown';
      try {
        await submit(context, runnable, args, id, options);
        const execution = new ServerExecution<Result>(id, context, options, true);
        resolve(execution);
        outcome = (await execution.ended()).status?.state ?? 'succeeded';
      } finally {
        finish(outcome);
      }
    };
    this.#queue
      .add(async () => {
        signal.throwIfAborted();
        await place();
      })
      .catch(reject);
    return promise.finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  }
}
