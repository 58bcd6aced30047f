import type { Json, JsonObject } from '../../client/json.js';
import type { Clock } from '../../clock/clock.js';
import type { FlowValue, Job, Outcome } from '../state/model.js';
import type { Evaluate } from '../../expressions/expressions.js';

/** What a step of a flow runs. */
export type StepCode =
  | { readonly kind: 'code'; readonly language: string; readonly content: string; readonly path: string }
  | { readonly kind: 'script'; readonly ref: string }
  | { readonly kind: 'flow'; readonly path: string | undefined; readonly value: FlowValue }
  | { readonly kind: 'identity' };

export interface Step {
  readonly code: StepCode;
  readonly args: Json;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly tag: string | undefined;
  /** Results that expressions of an inner flow see besides their own. */
  readonly results?: JsonObject;
}

/** What a running flow needs of the server around it. */
export interface FlowHost {
  readonly clock: Clock;
  readonly evaluate: Evaluate;
  /** Queues a job for a step. @throws Error if what it runs does not exist */
  submit(parent: Job, step: Step): Job;
  /** Resolves when a job has ended. */
  ended(job: Job): Promise<Outcome>;
  cancel(job: Job, by: string, reason: string | undefined): void;
  flowAt(path: string): FlowValue | undefined;
  variable(path: string): string | undefined;
  /** Results that an inner flow inherits. */
  inherited(job: Job): JsonObject;
  /** Inner flows that ended by `stop_after_if`, which ends the loop around them. */
  readonly stoppedEarly: WeakSet<Job>;
}
