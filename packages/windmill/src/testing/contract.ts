import type { Json } from '../client/json.js';
import { hasCode, type WindmillErrorCode } from '../errors.js';
import type { ExecutionManager } from '../executions/types.js';
import type { HealthChecker } from '../health/types.js';
import type { FlowManager, ScriptManager } from '../services/types.js';

/** What the contract asks of an engine. `WorkflowEngine` fits; an engine of your own needs no more than this. */
export interface ContractEngine extends AsyncDisposable {
  readonly scripts: Pick<ScriptManager, 'deploy' | 'exists' | 'run'>;
  readonly flows: Pick<FlowManager, 'preview'>;
  readonly executions: Pick<ExecutionManager, 'preview' | 'attach'>;
  start(): Promise<unknown>;
  stop(): Promise<void>;
  ready: HealthChecker['ready'];
}

export interface ContractOptions {
  /** Creates an engine that is not started. */
  readonly create: () => ContractEngine | Promise<ContractEngine>;
  /** A language that the engine runs, and code that returns its argument `x`. */
  readonly language: string;
  readonly echo: string;
  /** Code that fails, and code that runs for at least a minute. */
  readonly fail: string;
  readonly endless: string;
}

/** One rule of the contract. `check` throws if the engine breaks it. */
export interface ContractCase {
  readonly name: string;
  readonly check: () => Promise<void>;
}

/**
 * The rules that every engine keeps, as cases for any test runner:
 * `for (const { name, check } of engineContract(options)) it(name, check)`.
 */
export function engineContract(options: ContractOptions): ContractCase[] {
  const { language, echo, fail, endless } = options;
  const code = (content: string) => ({ language, content });
  const started = async (use: (engine: ContractEngine) => Promise<void>) => {
    await using engine = await options.create();
    await engine.start();
    await use(engine);
  };
  const rule = (name: string, use: (engine: ContractEngine) => Promise<void>): ContractCase => ({
    name,
    check: () => started(use),
  });
  return [
    rule('an execution returns what its code returns', async ({ executions }) => {
      const run = await executions.preview(code(echo), { x: 'value' });
      equal(await run.result(), 'value');
      equal((await run.status()).state, 'succeeded');
    }),
    rule('a failure is EXECUTION_FAILED', async ({ executions }) => {
      const run = await executions.preview(code(fail));
      await rejects(run.result(), 'EXECUTION_FAILED');
      equal((await run.status()).state, 'failed');
    }),
    rule('a canceled execution is EXECUTION_CANCELED, and is canceled once', async ({ executions }) => {
      const run = await executions.preview(code(endless));
      equal(await run.cancel('enough', { force: true }), true);
      await rejects(run.result(), 'EXECUTION_CANCELED');
      equal(await run.cancel('again'), false);
    }),
    rule('aborting a wait leaves the execution alone', async ({ executions }) => {
      const run = await executions.preview(code(endless));
      const reason = new Error('the caller has left');
      const thrown = await run.result({ signal: AbortSignal.abort(reason) }).catch((error: unknown) => error);
      equal(thrown === reason, true);
      equal(['queued', 'running'].includes((await run.status()).state), true);
      await run.cancel('the end of the test', { force: true });
    }),
    rule('an id that is submitted twice runs once', async ({ executions }) => {
      const jobId = crypto.randomUUID();
      const first = await executions.preview(code(echo), { x: 1 }, { jobId });
      const second = await executions.preview(code(echo), { x: 2 }, { jobId });
      equal([textOf(await first.result()), textOf(await second.result())], ['1', '1']);
    }),
    rule('an execution can be attached to by its id', async ({ executions }) => {
      const { id } = await executions.preview(code(echo), { x: 'again' });
      equal(await executions.attach(id).result(), 'again');
    }),
    rule('arguments that JSON would change are ARGUMENTS_INVALID', async ({ executions }) => {
      const args = { at: new Date(0) as unknown as Json };
      await rejects(executions.preview(code(echo), args), 'ARGUMENTS_INVALID');
    }),
    rule('an unknown execution is EXECUTION_NOT_FOUND', async ({ executions }) => {
      await rejects(executions.attach(crypto.randomUUID()).result(), 'EXECUTION_NOT_FOUND');
    }),
    rule('a deployed script runs by its hash, and a missing one is SCRIPT_NOT_FOUND', async ({ scripts }) => {
      const path = `f/contract/echo_${crypto.randomUUID().slice(0, 8)}`;
      equal(await scripts.exists(path), false);
      const hash = await scripts.deploy({ path, language, content: echo });
      equal(await (await scripts.run({ hash }, { x: 'deployed' })).result(), 'deployed');
      equal(await scripts.exists(path), true);
      await rejects(scripts.run(`${path}_none`), 'SCRIPT_NOT_FOUND');
    }),
    rule('a script path without a folder is PATH_INVALID', async ({ scripts }) => {
      await rejects(scripts.deploy({ path: 'my-script.py', language, content: echo }), 'PATH_INVALID');
    }),
    rule('a flow passes results from step to step', async ({ flows }) => {
      const step = (id: string, expr: string) => ({
        id,
        value: {
          type: 'rawscript',
          language,
          content: echo,
          input_transforms: { x: { type: 'javascript', expr } },
        },
      });
      const flow = { modules: [step('a', 'flow_input.start'), step('b', 'results.a')] };
      equal(await (await flows.preview(flow, { start: 'through' })).result(), 'through');
    }),
    rule('a flow with an id twice is VALIDATION_FAILED', async ({ flows }) => {
      const step = { id: 'a', value: { type: 'rawscript', language, content: echo, input_transforms: {} } };
      await rejects(flows.preview({ modules: [step, step] }), 'VALIDATION_FAILED');
    }),
    {
      name: 'an engine works between start and stop only',
      check: async () => {
        const engine = await options.create();
        await rejects(engine.executions.preview(code(echo)), 'ENGINE_NOT_READY');
        await engine.start();
        equal(await engine.ready(), true);
        await engine.stop();
        await engine.stop();
        equal(await engine.ready(), false);
        await rejects(engine.executions.preview(code(echo)), 'ENGINE_NOT_READY');
      },
    },
  ];
}

/** Bash returns texts only. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function equal(actual: Json | undefined, expected: Json): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`expected ${wanted}, got ${found}`);
}

async function rejects(work: Promise<unknown>, code: WindmillErrorCode): Promise<void> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error ?? new Error('undefined was thrown'),
  );
  if (thrown === undefined) throw new Error(`expected ${code}, and nothing was thrown`);
  if (!hasCode(thrown, code)) throw new Error(`expected ${code}`, { cause: thrown });
}
