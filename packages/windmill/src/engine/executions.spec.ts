import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { WorkflowEngine } from './types.js';
import { hasCode, type WindmillErrorCode } from '../errors.js';
import type { ScriptFunction } from '../simulation/jobs/runners.js';
import { createSimulation, type SimulationOptions } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';

const sleeper: ScriptFunction = async (_, { code, sleep }) => {
  await sleep(Number(code.content));
  return 'slept';
};

async function started(
  options: SimulationOptions = {},
  config: { maxConcurrent?: number; retries?: number } = {},
) {
  const simulation = createSimulation({ languages: { bash: sleeper }, ...options });
  const engine = createEngine({ mode: 'simulate', ...config }, { simulation });
  await engine.start();
  return { engine, simulation };
}

const run = (engine: WorkflowEngine, seconds: number, options = {}) =>
  engine.executions.preview({ language: 'bash', content: String(seconds * 1_000) }, {}, options);

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)),
  );
}

describe('an execution', () => {
  it('that is canceled while it runs ends as canceled, with the reason', async () => {
    const { engine } = await started();
    const execution = await run(engine, 100);
    expect(await execution.cancel('enough')).toBe(true);
    expect(await codeOf(execution.result())).toBe('EXECUTION_CANCELED');
    const { state, canceledReason } = await execution.status();
    expect([state, canceledReason]).toEqual(['canceled', 'enough']);
  });

  it('frees its worker when it is canceled by force, as a forced cancel alone would not', async () => {
    const { engine } = await started({ workers: 1 });
    const endless = await run(engine, 1_000_000);
    for (let state = ''; state !== 'running';) ({ state } = await endless.status());
    expect(await endless.cancel('enough', { force: true })).toBe(true);
    expect(await codeOf(endless.result())).toBe('EXECUTION_CANCELED');
    expect(await (await run(engine, 1, { timeout: 60 })).result()).toBe('slept');
  });

  it('that no worker takes is ended by force alone', async () => {
    const { engine } = await started();
    const execution = await run(engine, 1, { tag: 'nonesuch' });
    await execution.cancel('enough');
    expect((await execution.status()).state).toBe('queued');
    expect(await execution.cancel('enough', { force: true })).toBe(true);
    expect((await execution.status()).state).toBe('canceled');
  });

  it('that has ended cannot be canceled', async () => {
    const { engine } = await started();
    const execution = await run(engine, 1);
    await execution.result();
    expect(await execution.cancel()).toBe(false);
    expect((await execution.status()).state).toBe('succeeded');
  });

  it('continues when its caller stops to wait', async () => {
    const { engine } = await started();
    const execution = await run(engine, 100);
    const abort = new AbortController();
    const waiting = execution.result({ signal: abort.signal });
    abort.abort(new Error('the caller has gone'));
    await expect(waiting).rejects.toThrow('the caller has gone');
    expect(await execution.result()).toBe('slept');
  });

  it('continues after its timeout, unless it shall be canceled', async () => {
    const { engine } = await started();
    const patient = await run(engine, 100, { timeout: 10 });
    expect(await codeOf(patient.result())).toBe('EXECUTION_TIMEOUT');
    expect((await patient.status()).state).toBe('running');
    const strict = await run(engine, 100, { timeout: 10, cancelOnTimeout: true });
    expect(await codeOf(strict.result())).toBe('EXECUTION_TIMEOUT');
    expect((await engine.executions.attach(strict.id).status()).canceledBy).toBe('superadmin_secret');
  });

  it('can be attached to by its id, also by another engine', async () => {
    const { engine, simulation } = await started();
    const { id } = await run(engine, 5);
    const other = createEngine({ mode: 'simulate' }, { simulation });
    await other.start();
    expect(await other.executions.attach(id).result()).toBe('slept');
  });

  it('runs once however often it is submitted under one id', async () => {
    let runs = 0;
    const { engine } = await started({ languages: { bash: () => ++runs } });
    const jobId = crypto.randomUUID();
    const results = [];
    for (let attempt = 0; attempt < 3; attempt++)
      results.push(await (await run(engine, 1, { jobId })).result());
    expect([runs, results]).toEqual([1, [1, 1, 1]]);
  });

  it('runs again when its worker dies', async () => {
    let runs = 0;
    const bash: ScriptFunction = async (_, { sleep }) => {
      runs++;
      await sleep(100_000);
      return runs;
    };
    const { engine, simulation } = await started({ languages: { bash } });
    const execution = await run(engine, 0);
    for (let state = ''; state !== 'running';) ({ state } = await execution.status());
    simulation.crashWorkers();
    expect(await execution.result()).toBe(2);
  });

  it('keeps its first result when it is delivered twice', async () => {
    let runs = 0;
    const bash: ScriptFunction = async (_, { sleep }) => {
      const own = ++runs;
      await sleep(own * 10_000);
      return own;
    };
    const { engine, simulation } = await started({ languages: { bash } });
    const execution = await run(engine, 0);
    for (let state = ''; state !== 'running';) ({ state } = await execution.status());
    simulation.deliverTwice(execution.id);
    expect([await execution.result(), runs]).toEqual([1, 2]);
  });

  it('that waits for an approval is resumed once', async () => {
    const { engine } = await started();
    const step = (id: string) => ({ id, value: { type: 'rawscript', language: 'bash', content: '10' } });
    const flow = { modules: [{ ...step('a'), suspend: { required_events: 1 } }, step('b')] };
    const execution = await engine.flows.preview(flow);
    for (let state = ''; state !== 'suspended';) ({ state } = await execution.status());
    await execution.resume({ approved: true });
    expect(await execution.result()).toBe('slept');
    expect(await codeOf(execution.resume())).toBe('EXECUTION_NOT_SUSPENDED');
  });
});

describe('maxConcurrent', () => {
  it('is never exceeded, and every submission gets its turn', async () => {
    let now = 0;
    let most = 0;
    const bash: ScriptFunction = async (_, { sleep }) => {
      most = Math.max(most, ++now);
      await sleep(50);
      now--;
    };
    const { engine } = await started({ languages: { bash }, workers: 1_000 }, { maxConcurrent: 20 });
    const all = Array.from({ length: 200 }, async () => (await run(engine, 0)).result());
    expect(await Promise.all(all)).toHaveLength(200);
    expect(most).toBe(20);
  });

  it('keeps the cost of a submission the same, however many there were: no signal gathers listeners', async () => {
    let most = 0;
    const add = Reflect.get<EventTarget, 'addEventListener'>(EventTarget.prototype, 'addEventListener');
    const spy = vi.spyOn(EventTarget.prototype, 'addEventListener');
    spy.mockImplementation(function (this: EventTarget, ...parameters) {
      add.apply(this, parameters);
      most = Math.max(most, getEventListeners(this, 'abort').length);
    });
    const { engine } = await started({}, { maxConcurrent: 5 });
    await Promise.all(Array.from({ length: 100 }, async () => (await run(engine, 1)).result()));
    spy.mockRestore();
    // Those that are in progress, and a few of the test itself.
    expect(most).toBeLessThan(10);
  });

  it('refuses at once if the caller does not want to wait', async () => {
    const { engine } = await started({}, { maxConcurrent: 1 });
    await run(engine, 10);
    expect(await codeOf(Promise.resolve().then(() => run(engine, 1, { whenFull: 'reject' })))).toBe(
      'CONCURRENCY_LIMIT',
    );
  });
});

describe('bad input', () => {
  const flow = (...ids: string[]) => ({
    modules: ids.map((id) => ({ id, value: { type: 'rawscript', language: 'bash', content: '1' } })),
  });
  const script = { path: 'f/a/b', language: 'bash', content: '1' };
  it.each<[code: WindmillErrorCode, name: string, work: (engine: WorkflowEngine) => Promise<unknown>]>([
    ['PATH_INVALID', 'a path without a folder', (e) => e.scripts.create({ ...script, path: 'my-script.py' })],
    ['PATH_INVALID', 'a flow without a folder', (e) => e.flows.create({ path: 'my-flow', value: flow('a') })],
    ['LANGUAGE_UNKNOWN', 'an unknown language', (e) => e.scripts.create({ ...script, language: 'cobol' })],
    [
      'SCRIPT_EXISTS',
      'the same script again',
      async (e) => [await e.scripts.create(script), await e.scripts.create(script)],
    ],
    [
      'SCRIPT_PARENT_INVALID',
      'an unknown parent',
      (e) => e.scripts.create({ ...script, parentHash: '0123456789abcdef' }),
    ],
    ['SCRIPT_NOT_FOUND', 'a missing script', (e) => e.scripts.run('f/a/none')],
    ['SCRIPT_NOT_FOUND', 'a missing hash', (e) => e.scripts.run({ hash: '0123456789abcdef' })],
    ['SCRIPT_NOT_FOUND', 'a malformed hash', (e) => e.scripts.run({ hash: 'xyz' })],
    ['SCRIPT_NOT_FOUND', 'an archived path that never was', (e) => e.scripts.archive('f/a/none')],
    ['FLOW_NOT_FOUND', 'a missing flow', (e) => e.flows.run('f/a/none')],
    ['FLOW_NOT_FOUND', 'deleting a missing flow', (e) => e.flows.delete('f/a/none')],
    ['VALIDATION_FAILED', 'duplicate ids', (e) => e.flows.create({ path: 'f/a/f', value: flow('a', 'a') })],
    ['ARGUMENTS_INVALID', 'an id that is no UUID', (e) => run(e, 1, { jobId: 'abc' })],
    ['ARGUMENTS_INVALID', 'a date', (e) => e.scripts.run('f/a/b', { at: new Date() as unknown as string })],
    ['EXECUTION_NOT_FOUND', 'an unknown execution', (e) => e.executions.attach(crypto.randomUUID()).result()],
    ['WORKSPACE_EXISTS', 'a workspace that exists', (e) => e.workspaces.create('main')],
    [
      'SCRIPT_NOT_DEPLOYED',
      'dependencies that cannot be locked',
      (e) => e.scripts.deploy({ ...script, path: 'f/a/lock', language: 'python' }),
    ],
  ])('gets %s: %s', async (code, _, work) => {
    const { engine } = await started({ lockErrors: { 'f/a/lock': 'no such package: nonesuch\n' } });
    const thrown = await Promise.resolve()
      .then(() => work(engine))
      .catch((error: unknown) => error);
    expect(hasCode(thrown, code) || thrown).toBe(true);
  });

  it('suggests a path that Windmill accepts', async () => {
    const { engine } = await started();
    await expect(engine.scripts.create({ ...script, path: 'my-script.py' })).rejects.toMatchObject({
      remedy: 'use a path such as `f/<folder>/my-script`',
    });
  });
});
