import type { Json, JsonObject } from '../../client/json.js';
import { notify } from '../jobs/queue.js';
import {
  failure,
  type FlowModule,
  type FlowStatus,
  type FlowValue,
  type Job,
  type Outcome,
} from '../state/model.js';
import type { Scope } from '../../expressions/expressions.js';
import type { FlowHost } from './host.js';
import { StepRun } from './run-step.js';
import { waitForEvents } from './suspend.js';
import { holds, transformed } from './transforms.js';
import { unsupported } from './unsupported.js';

/** How a step left its flow. */
type Next =
  { readonly kind: 'continue'; readonly result: Json } | { readonly kind: 'end'; readonly outcome: Outcome };

/** Runs a flow, step by step. */
export async function runFlow(job: Job, host: FlowHost): Promise<Outcome> {
  try {
    // A generous reader of what no server checks: a flow that is no flow fails when it runs.
    const flow = job.flow ?? { modules: [] };
    const missing = unsupported(flow);
    if (missing !== undefined) {
      const message = `the simulation does not imitate ${missing}`;
      return failure({ name: 'SimulationUnsupported', message });
    }
    return await new FlowRun(job, flow, host).run();
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return failure({ name: name === 'Error' || name === 'TypeError' ? 'InternalErr' : name, message });
  }
}

class FlowRun {
  readonly #status: FlowStatus;
  readonly #results: Record<string, Json>;

  constructor(
    private readonly job: Job,
    private readonly flow: FlowValue,
    private readonly host: FlowHost,
  ) {
    this.#results = { ...host.inherited(job) };
    this.#status = {
      step: 0,
      modules: flow.modules.map(({ id }) => ({ id, type: 'WaitingForPriorSteps' })),
      failureModule: { id: 'failure', type: 'WaitingForPriorSteps' },
    };
    job.flowStatus = this.#status;
  }

  async run(): Promise<Outcome> {
    let previous: Json = this.job.args;
    for (const [index, module] of this.flow.modules.entries()) {
      this.#status.step = index;
      const before = this.flow.modules[index - 1];
      const waited = before?.suspend && (await this.#suspended(before, index));
      if (waited) return this.#failed(waited, module.id);
      if (this.job.stop.signal.aborted) return this.#canceled();
      const next = await this.#step(module, index, previous);
      if (next.kind === 'end') return next.outcome;
      previous = next.result;
    }
    this.#status.step = this.flow.modules.length;
    return { success: true, result: this.flow.modules.length === 0 ? {} : previous };
  }

  async #step(module: FlowModule, index: number, previous: Json): Promise<Next> {
    const { host, job } = this;
    const status = this.#status.modules[index] ?? { id: module.id, type: 'InProgress' };
    const scope = this.#scope(previous);
    if (module.skip_if !== undefined && (await holds(module.skip_if.expr, scope, host.evaluate))) {
      Object.assign(status, { type: 'Success', skipped: true });
      this.#results[module.id] = previous;
      return { kind: 'continue', result: previous };
    }
    const run = new StepRun(module, status, this.#status, job, host);
    let outcome = await run.run(scope);
    if (job.stop.signal.aborted) return { kind: 'end', outcome: this.#canceled() };
    if (!outcome.success && module.continue_on_error !== true) {
      status.type = 'Failure';
      return { kind: 'end', outcome: await this.#failed(outcome, module.id) };
    }
    Object.assign(status, { type: 'Success', skipped: false });
    const { result } = outcome;
    this.#results[module.id] = result;
    notify(job);
    outcome = { success: true, result };
    const after = { ...this.#scope(result), result };
    if (module.sleep !== undefined) {
      const seconds = Number(await transformed(module.sleep, after, host));
      await host.clock.sleep(Math.max(0, seconds) * 1_000, job.stop.signal).catch(() => undefined);
    }
    // A stop condition of a loop that looks at all iterations stands beside the one of single steps.
    for (const stop of [module.stop_after_if, module.stop_after_all_iters_if]) {
      if (stop === undefined || !(await holds(stop.expr, after, host.evaluate))) continue;
      host.stoppedEarly.add(job);
      const message = (stop as { readonly error_message?: string }).error_message;
      if (message !== undefined && message !== '') {
        return { kind: 'end', outcome: failure({ name: 'EarlyStopError', message }) };
      }
      return { kind: 'end', outcome: { ...outcome, skipped: stop.skip_if_stopped === true } };
    }
    return { kind: 'continue', result };
  }

  /** Waits for the approvals that the step before asks for. @returns the failure if they do not come */
  async #suspended(before: FlowModule, index: number): Promise<Outcome | undefined> {
    const status = this.#status.modules[index];
    const last = this.#status.modules[index - 1]?.job;
    if (status === undefined) return undefined;
    Object.assign(status, last === undefined ? {} : { job: last });
    return waitForEvents(this.job, before, status, this.host.clock);
  }

  async #failed(outcome: Outcome, step: string): Promise<Outcome> {
    const module = this.flow.failure_module;
    if (module === undefined) return outcome;
    const status = this.#status.failureModule;
    const error = (outcome.result as { readonly error?: JsonObject } | null)?.error ?? {};
    const scope = { ...this.#scope(outcome.result), error: { step_id: step, ...error } };
    const handled = await new StepRun(module, status, this.#status, this.job, this.host).run(scope);
    status.type = handled.success ? 'Success' : 'Failure';
    // The result is that of the handler; the flow has failed nevertheless.
    return { success: false, result: handled.result };
  }

  #canceled(): Outcome {
    const { canceledBy = '', canceledReason = 'no reason' } = this.job;
    return failure({ name: 'Canceled', message: `Job canceled: ${canceledReason} by ${canceledBy}` });
  }

  #scope(previous: Json): Scope {
    const { args, resumes } = this.job;
    return {
      flow_input: args,
      results: this.#results,
      previous_result: previous,
      resume: resumes.at(-1) ?? null,
      resumes,
    };
  }
}
