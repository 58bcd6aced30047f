import type { Json, JsonObject } from '../../client/json.js';
import { notify } from '../jobs/queue.js';
import {
  failure,
  type FlowModule,
  type FlowStatus,
  type Job,
  type ModuleStatus,
  type Outcome,
} from '../state/model.js';
import type { Scope } from '../../expressions/expressions.js';
import type { FlowHost, Step } from './host.js';
import { runInnerFlows } from './inner-flows.js';
import { retryPause } from './retry.js';
import { stepArguments } from './transforms.js';

/** One step of a flow: its jobs, with retries. */
export class StepRun {
  constructor(
    private readonly module: FlowModule,
    private readonly status: ModuleStatus,
    private readonly flow: FlowStatus,
    private readonly parent: Job,
    private readonly host: FlowHost,
  ) {}

  async run(scope: Scope): Promise<Outcome> {
    const { module, host, parent } = this;
    if (module.mock?.enabled === true)
      return { success: true, result: (module.mock.return_value ?? null) as Json };
    const failed: string[] = [];
    for (;;) {
      const outcome = await this.#attempt(scope);
      if (outcome.success || parent.stop.signal.aborted) return outcome;
      const pause = retryPause(module.retry, failed.length + 1);
      if (pause === undefined) return outcome;
      failed.push(this.status.job ?? '');
      this.flow.retry = { fail_count: failed.length, failed_jobs: [...failed] };
      this.status.failed_retries = [...failed];
      await host.clock.sleep(pause * 1_000, parent.stop.signal).catch(() => undefined);
    }
  }

  async #attempt(scope: Scope): Promise<Outcome> {
    const { value } = this.module;
    switch (value.type) {
      case 'forloopflow':
      case 'whileloopflow':
      case 'branchone':
      case 'branchall':
        this.status.flow_jobs = [];
        return runInnerFlows(value, scope, this.parent.args as JsonObject, this.host, (step) =>
          this.#job(step),
        );
      case 'identity':
        return this.#marked(
          this.#job(this.#step({ kind: 'identity' }, scope.previous_result ?? null)).outcome,
        );
      case 'rawscript': {
        const args = await stepArguments(value.input_transforms, scope, this.host);
        const path = `${this.parent.path ?? 'tmp/main'}/${this.module.id}`;
        const { language, content } = value;
        return this.#marked(this.#job(this.#step({ kind: 'code', language, content, path }, args)).outcome);
      }
      case 'script': {
        const args = await stepArguments(value.input_transforms, scope, this.host);
        const ref = value.hash ?? value.path;
        return this.#marked(this.#job(this.#step({ kind: 'script', ref }, args)).outcome);
      }
      case 'flow': {
        const args = await stepArguments(value.input_transforms, scope, this.host);
        const { path } = value;
        const flow = this.host.flowAt(path);
        if (flow === undefined)
          return failure({ name: 'InternalErr', message: `Not found: flow not found at name ${path}` });
        return this.#marked(this.#job(this.#step({ kind: 'flow', path, value: flow }, args)).outcome);
      }
      default:
        throw new Error(`the step type ${String((value as { readonly type: unknown }).type)} is unknown`);
    }
  }

  #step(code: Step['code'], args: Json): Step {
    const { timeout } = this.module;
    return { code, args, timeout, tag: undefined };
  }

  #job(step: Step): { readonly job: Job; readonly outcome: Promise<Outcome> } {
    const { host, parent, status } = this;
    const job = host.submit(parent, step);
    Object.assign(status, { type: 'InProgress', job: job.id });
    status.flow_jobs?.push(job.id);
    notify(parent);
    const { signal } = parent.stop;
    const stop = () => {
      host.cancel(job, parent.canceledBy ?? 'timeout', parent.canceledReason);
    };
    signal.addEventListener('abort', stop, { once: true });
    const outcome = host.ended(job).finally(() => {
      signal.removeEventListener('abort', stop);
    });
    return { job, outcome };
  }

  /** The error of a step names the step. */
  async #marked(outcome: Promise<Outcome>): Promise<Outcome> {
    const ended = await outcome;
    if (ended.success) return ended;
    const error = (ended.result as { readonly error?: JsonObject } | null)?.error;
    return error === undefined
      ? ended
      : { success: false, result: { error: { ...error, step_id: this.module.id } } };
  }
}
