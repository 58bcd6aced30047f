import { deepStrictEqual, ok } from 'node:assert';
import fc from 'fast-check';
import type { Execution, ExecutionState } from '../executions/types.js';
import { hasCode } from '../errors.js';
import type { ScriptFunction } from '../simulation/jobs/runners.js';
import { createSimulation, type Simulation } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';
import type { WorkflowEngine } from './types.js';

const ends: readonly ExecutionState[] = ['succeeded', 'failed', 'canceled', 'timed-out', 'skipped'];
/** States that may be seen after another one. A crash brings a running job back into the queue. */
const next: Readonly<Partial<Record<ExecutionState, readonly ExecutionState[]>>> = {
  queued: ['queued', 'running', 'suspended', ...ends],
  running: ['running', 'queued', 'suspended', ...ends],
  suspended: ['suspended', 'running', ...ends],
};

/** Code is a number of seconds to sleep, or `fail` and the number of attempts that fail. */
function sleeper(): ScriptFunction {
  let attempts = 0;
  return async (_, { code, sleep }) => {
    const [word, number] = code.content.split(' ');
    if (word !== 'fail') await sleep(Number(word) * 1_000);
    else if (attempts++ < Number(number)) throw new Error('not yet');
    return 'done';
  };
}

const step = (id: string, content: string, more: object = {}) => ({
  id,
  value: { type: 'rawscript', language: 'bash', content, input_transforms: {} },
  ...more,
});
const retry = { constant: { attempts: 2, seconds: 30 } };
/** What is submitted: a script, a flow that retries, one that waits for an approval, a parallel loop. */
const subjects = {
  script: (seconds: number) => ({ language: 'bash', content: String(seconds) }),
  retry: (failures: number) => ({ modules: [step('a', `fail ${failures % 4}`, { retry }), step('b', '5')] }),
  approval: (seconds: number) => ({
    modules: [step('a', '1', { suspend: { required_events: 1, timeout: seconds + 1 } }), step('b', '5')],
  }),
  loop: (seconds: number) => ({
    modules: [
      {
        id: 'l',
        value: {
          type: 'forloopflow',
          iterator: { type: 'static', value: [1, 2, 3] },
          skip_failures: false,
          parallel: true,
          modules: [step('a', String(seconds))],
        },
      },
    ],
  }),
};

type Action = 'cancel' | 'force' | 'crash' | 'twice' | 'resume' | 'submit' | 'wait';
const scene = fc.record({
  subject: fc.constantFrom(...(Object.keys(subjects) as (keyof typeof subjects)[])),
  number: fc.integer({ min: 0, max: 90 }),
  actions: fc.array(
    fc.record({
      action: fc.constantFrom<Action>('cancel', 'force', 'crash', 'twice', 'resume', 'submit', 'wait'),
      seconds: fc.constantFrom(0, 1, 30, 120),
    }),
    { maxLength: 8 },
  ),
});

/**
 * Checks that no order of submit, cancel, crash, retry and resume shows a state that cannot follow the one before, that every
 * execution ends, and that its end stays.
 * @throws Error with the smallest order that does
 */
export async function checkStates(seed: number, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(scene, async ({ subject, number, actions }) => {
      const simulation = createSimulation({ languages: { bash: sleeper() }, workers: 2 });
      await using engine = createEngine({ mode: 'simulate', timeout: 80_000 }, { simulation });
      await engine.start();
      const jobId = crypto.randomUUID();
      const submit = () =>
        subject === 'script'
          ? engine.executions.preview(subjects.script(number), {}, { jobId })
          : engine.flows.preview(subjects[subject](number), {}, { jobId });
      const execution = await submit();
      const states: ExecutionState[] = [(await execution.status()).state];
      for (const { action, seconds } of actions) {
        await act(action, execution, simulation, submit);
        await simulation.clock.sleep(seconds * 1_000);
        states.push((await execution.status()).state);
      }
      await execution.result().catch(() => undefined);
      states.push((await execution.status()).state);
      for (const [index, state] of states.slice(1).entries()) {
        const before = states[index] ?? 'queued';
        ok((next[before] ?? [before]).includes(state), `${before} was followed by ${state}`);
      }
      ok(ends.includes(states.at(-1) ?? 'queued'), `the execution ended as ${states.at(-1)}`);
    }),
    { seed, numRuns },
  );
}

async function act(
  action: Action,
  execution: Execution,
  simulation: Simulation,
  submit: () => Promise<Execution>,
): Promise<void> {
  if (action === 'cancel') await execution.cancel('x');
  if (action === 'force') await execution.cancel('x', { force: true });
  if (action === 'crash') simulation.crashWorkers();
  if (action === 'twice') simulation.deliverTwice(execution.id);
  if (action === 'submit') await submit();
  if (action === 'resume') {
    await execution.resume().catch((error: unknown) => {
      if (!hasCode(error, 'EXECUTION_NOT_SUSPENDED')) throw error;
    });
  }
}

/**
 * Checks that no submit is lost and none runs twice while two in five connections break.
 * @throws Error otherwise
 */
export async function checkSubmits(seed: number, submits: number): Promise<void> {
  const random = randomNumbers(seed);
  const runs = new Map<string, number>();
  const bash: ScriptFunction = (_, { jobId }) => runs.set(jobId, (runs.get(jobId) ?? 0) + 1).size;
  const cut = ({ url }: Request) => {
    const draw = random();
    return url.includes('/jobs') && draw < 0.4 ? (draw < 0.2 ? 'before' : 'after') : undefined;
  };
  const simulation = createSimulation({ languages: { bash }, cut });
  await using engine: WorkflowEngine = createEngine(
    { mode: 'simulate', retries: 20, timeout: 80_000, maxConcurrent: 50 },
    { simulation },
  );
  await engine.start();
  const code = { language: 'bash', content: 'x' };
  const executions = await Promise.all(
    Array.from({ length: submits }, () => engine.executions.preview(code)),
  );
  await Promise.all(executions.map((execution) => execution.result()));
  const counts = executions.map(({ id }) => runs.get(id) ?? 0);
  const lost = counts.filter((count) => count === 0).length;
  const doubled = counts.filter((count) => count > 1).length;
  deepStrictEqual({ lost, doubled, jobs: runs.size }, { lost: 0, doubled: 0, jobs: submits });
}

/**
 * Checks that never more executions are in progress than `maxConcurrent`, however many are submitted at once.
 * @returns the peak memory of this process, in megabytes
 */
export async function checkLimit(submissions: number, maxConcurrent: number): Promise<number> {
  let now = 0;
  let most = 0;
  const bash: ScriptFunction = async (_, { sleep }) => {
    most = Math.max(most, ++now);
    await sleep(50);
    now--;
  };
  const simulation = createSimulation({ languages: { bash }, workers: submissions });
  await using engine = createEngine({ mode: 'simulate', maxConcurrent, timeout: 80_000 }, { simulation });
  await engine.start();
  const code = { language: 'bash', content: 'x' };
  const all = Array.from({ length: submissions }, async () =>
    (await engine.executions.preview(code)).result(),
  );
  await Promise.all(all);
  deepStrictEqual({ most, left: now }, { most: maxConcurrent, left: 0 });
  return process.resourceUsage().maxRSS / 1_000;
}

/** The generator of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
