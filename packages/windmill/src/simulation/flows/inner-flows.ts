import type { Json, JsonObject } from '../../client/json.js';
import { failure, type FlowModule, type FlowValue, type Job, type Outcome } from '../state/model.js';
import type { Scope } from '../../expressions/expressions.js';
import type { FlowHost, Step } from './host.js';
import { holds, transformed } from './transforms.js';

/** A loop or a set of branches, whose bodies run as flows of their own. */
export type InnerFlows = Extract<
  FlowModule['value'],
  { type: 'forloopflow' | 'whileloopflow' | 'branchone' | 'branchall' }
>;

/** Runs a body and reports its job, which the module's status lists. */
export type RunBody = (step: Step) => { readonly job: Job; readonly outcome: Promise<Outcome> };

interface Body {
  readonly modules: FlowModule[];
  readonly args: Json;
  readonly mayFail: boolean;
}

/** The server has no limit; a simulation that never ends helps nobody. */
const mostIterations = 10_000;

/** Runs the bodies of a loop or of branches, and gathers their results. */
export async function runInnerFlows(
  value: InnerFlows,
  scope: Scope,
  args: JsonObject,
  host: FlowHost,
  run: RunBody,
): Promise<Outcome> {
  const start = ({ modules, args: bodyArgs }: Body) =>
    run({
      code: { kind: 'flow', path: undefined, value: { modules } satisfies FlowValue },
      args: bodyArgs,
      timeout: undefined,
      tag: undefined,
      results: scope.results as JsonObject,
    });
  switch (value.type) {
    case 'branchone': {
      const modules = await chosenBranch(value, scope, host);
      if (modules.length === 0) return { success: true, result: [] };
      return start({ modules, args, mayFail: false }).outcome;
    }
    case 'branchall': {
      const bodies = value.branches.map(({ modules, skip_failure: mayFail = false }) => ({
        modules,
        args,
        mayFail,
      }));
      return gather(bodies, start, value.parallel === true ? bodies.length : 1, host);
    }
    case 'forloopflow': {
      const items = await transformed(value.iterator, scope, host);
      if (!Array.isArray(items)) {
        return failure({
          name: 'ExecutionErr',
          message: 'Expected an array value in the iterator expression',
        });
      }
      const bodies = items.map((item: Json, index) => ({
        modules: value.modules,
        args: { ...args, iter: { index, value: item } },
        mayFail: value.skip_failures,
      }));
      const width = value.parallel === true ? (value.parallelism ?? bodies.length) : 1;
      return gather(bodies, start, width, host);
    }
    case 'whileloopflow': {
      const bodies = (function* () {
        for (let index = 0; index < mostIterations; index++) {
          const iter = { index, value: index };
          yield { modules: value.modules, args: { ...args, iter }, mayFail: value.skip_failures };
        }
        throw new Error(`the loop did not end within ${mostIterations} iterations`);
      })();
      return gather(bodies, start, 1, host);
    }
  }
}

async function chosenBranch(
  value: Extract<InnerFlows, { type: 'branchone' }>,
  scope: Scope,
  host: FlowHost,
): Promise<FlowModule[]> {
  for (const { expr, modules } of value.branches) {
    if (await holds(expr, scope, host.evaluate)) return modules;
  }
  return value.default;
}

/** Runs bodies, at most `width` at once; the first that fails without leave, or stops early, is the last to start. */
async function gather(
  bodies: Iterable<Body>,
  start: (body: Body) => ReturnType<RunBody>,
  width: number,
  host: FlowHost,
): Promise<Outcome> {
  const results: Json[] = [];
  let failed: Outcome | undefined;
  let isOver = false;
  const queue = bodies[Symbol.iterator]();
  let next = 0;
  const lane = async () => {
    while (!isOver) {
      const { value: body, done } = queue.next() as IteratorResult<Body, never>;
      if (done === true) return;
      const index = next++;
      const { job, outcome } = start(body);
      const ended = await outcome;
      results[index] = ended.result;
      if (host.stoppedEarly.has(job)) isOver = true;
      if (!ended.success && !body.mayFail) {
        failed ??= ended;
        isOver = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, lane));
  return failed ?? { success: true, result: results };
}
