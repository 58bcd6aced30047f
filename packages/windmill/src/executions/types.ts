import type { Json, JsonObject } from '../client/json.js';

/** What to run: a script by path or by hash, or a flow by path. */
export type ScriptRef = string | { readonly path: string } | { readonly hash: string };

export interface WaitOptions {
  /** Ends the wait. The execution continues. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunOptions extends WaitOptions {
  /** The id of the execution, a UUID. Submitting one twice runs it once. */
  readonly jobId?: string | undefined;
  /** Seconds until `result` fails with EXECUTION_TIMEOUT; default: the engine's `timeout`. */
  readonly timeout?: number | undefined;
  /** Cancels the job when the timeout is over. By default it continues. */
  readonly cancelOnTimeout?: boolean | undefined;
  /** What happens while `maxConcurrent` executions are in progress; default: `wait`. */
  readonly whenFull?: 'wait' | 'reject' | undefined;
  /** The tag of the workers that may take the job. Windmill queues a job for ever whose tag no worker has. */
  readonly tag?: string | undefined;
  /** Seconds until the job may start. */
  readonly scheduledIn?: number | undefined;
}

export type ExecutionState =
  | 'queued'
  | 'scheduled'
  | 'running'
  | 'suspended'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'timed-out'
  | 'skipped';

export interface ExecutionStatus {
  readonly id: string;
  readonly state: ExecutionState;
  readonly createdAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly canceledBy: string | undefined;
  readonly canceledReason: string | undefined;
  /** The path of the script or flow, if it has one. */
  readonly path: string | undefined;
}

/** A script or flow that has been submitted. */
export interface Execution<Result extends Json = Json> {
  readonly id: string;
  /** Whether a simulation runs it. */
  readonly simulated: boolean;
  status(options?: WaitOptions): Promise<ExecutionStatus>;
  /**
   * Waits for the end.
   * @throws EXECUTION_FAILED, EXECUTION_CANCELED, EXECUTION_TIMEOUT, EXECUTION_NOT_FOUND
   */
  result(options?: WaitOptions): Promise<Result>;
  /** The lines of the log, from the first, until the execution ends. */
  logs(options?: WaitOptions): AsyncIterable<string>;
  /**
   * Cancels the execution. A worker takes a second or two to notice, and ends what it runs.
   * @param options `force`: ends it also if no worker takes or ends it, such as a job whose tag no worker has
   * @returns false if the execution had already ended
   */
  cancel(reason?: string, options?: { readonly force?: boolean } & WaitOptions): Promise<boolean>;
  /** Resumes a suspended flow. @throws EXECUTION_NOT_SUSPENDED */
  resume(payload?: JsonObject, options?: WaitOptions): Promise<void>;
}

export interface ExecutionManager {
  /** Runs a script. Resolves when the server has accepted the job. */
  runScript<Result extends Json = Json>(
    script: ScriptRef,
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
  runFlow<Result extends Json = Json>(
    path: string,
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
  /** Runs code that is not deployed, without checking it. The language may be an alias, such as `javascript`. */
  preview<Result extends Json = Json>(
    code: { readonly language: string; readonly content: string },
    args?: JsonObject,
    options?: RunOptions,
  ): Promise<Execution<Result>>;
  /**
   * Runs a stored flow that has ended again, from one of its steps: results of the steps before it are kept. It is a new execution.
   * Servers of the community edition decline it.
   * @param step the id of a module at the top level of the flow
   * @param options `iteration`: where a loop, or branches that all run, begin again
   * @throws SERVER_FEATURE_MISSING, EXECUTION_NOT_FOUND
   */
  restart<Result extends Json = Json>(
    id: string,
    step: string,
    options?: RunOptions & { readonly iteration?: number | undefined },
  ): Promise<Execution<Result>>;
  /** Takes up an execution by its id, as after a restart. It counts for no `maxConcurrent`. */
  attach<Result extends Json = Json>(id: string): Execution<Result>;
  /** Executions of the workspace, newest first, those in the queue before completed ones. */
  list(options?: { readonly pageSize?: number } & WaitOptions): AsyncIterable<ExecutionStatus>;
  /** Executions of this engine that are in progress. */
  readonly inProgress: number;
}
