import { trace } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { afterEach, expect, it, vi } from 'vitest';
import { createSimulation } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const bash = (
  _: unknown,
  { code, sleep }: { code: { content: string }; sleep: (ms: number) => Promise<void> },
) => {
  if (code.content === 'fail') throw new Error('no');
  return sleep(1_000);
};
const preview = (content: string) => ({ language: 'bash', content });

it('metrics count executions by how they end, and those in progress and waiting', async () => {
  const metrics = new Registry();
  const simulation = createSimulation({ languages: { bash } });
  await using engine = createEngine({ mode: 'simulate', maxConcurrent: 1 }, { simulation, metrics });
  await engine.start();
  const first = await engine.executions.preview(preview(''));
  const second = engine.executions.preview(preview('fail'));
  const during = await metrics.metrics();
  expect(during).toContain('windmill_engine_executions_in_progress 1\n');
  expect(during).toContain('windmill_engine_executions_waiting 1\n');
  await first.result();
  await expect((await second).result()).rejects.toMatchObject({ code: 'EXECUTION_FAILED' });
  await expect.poll(() => metrics.metrics()).toContain('windmill_engine_executions_in_progress 0\n');
  const after = await metrics.metrics();
  expect(after).toContain('windmill_engine_executions_total{outcome="succeeded"} 1\n');
  expect(after).toContain('windmill_engine_executions_total{outcome="failed"} 1\n');
  expect(after).toContain('windmill_engine_execution_duration_seconds_count{outcome="succeeded"} 1\n');
});

it('each execution is a span, with its id and how it ended', async () => {
  const attributes: Record<string, unknown> = {};
  const span = {
    setAttribute: (key: string, value: unknown) => (attributes[key] = value),
    setStatus: vi.fn(),
    end: vi.fn(),
  };
  const startSpan = vi.fn((_: string, options: { attributes: object }) => {
    Object.assign(attributes, options.attributes);
    return span;
  });
  vi.spyOn(trace, 'getTracer').mockReturnValue({ startSpan } as never);
  await using engine = createEngine({ mode: 'simulate' }, { simulation: { languages: { bash } } });
  await engine.start();
  const run = await engine.executions.preview(preview('fail'));
  await run.result().catch(() => undefined);
  await expect.poll(() => span.end.mock.calls.length).toBe(1);
  expect(attributes).toEqual({
    'windmill.job.id': run.id,
    'windmill.runnable': 'the bash code',
    'windmill.outcome': 'failed',
  });
  expect(span.setStatus).toHaveBeenCalledOnce();
});
