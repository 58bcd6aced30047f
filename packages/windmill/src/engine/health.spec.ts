import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { diskState } from '../health/local-probes.js';
import { createSimulation } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';

const answer = () => 42;
const flow = { languages: { bash: answer, python3: answer } };
const engineOn = async (options: Parameters<typeof createSimulation>[0]) => {
  const engine = createEngine({ mode: 'simulate' }, { simulation: createSimulation(options) });
  await engine.start();
  return engine;
};
const probe = async (options: Parameters<typeof createSimulation>[0], name: string, given = {}) => {
  await using engine = await engineOn(options);
  const report = await engine.health(given);
  return report.probes.filter((one) => one.name === name).map(({ status, detail }) => `${status}: ${detail}`);
};

describe('health', () => {
  it('of a server that runs jobs is ok, and says that it is simulated', async () => {
    await using engine = await engineOn(flow);
    expect(await engine.health({ capabilities: ['bash', 'python'] })).toMatchObject({
      status: 'ok',
      simulated: true,
    });
    expect(await engine.ready()).toBe(true);
  });

  it('names tags that no worker has', async () => {
    expect(
      await probe({ ...flow, tags: ['bash', 'flow', 'dependency'] }, 'workers', { tags: ['bash', 'gpu'] }),
    ).toEqual(['warning: jobs with these tags wait for ever: gpu']);
  });

  it('finds a server that cannot evaluate the expressions of flows', async () => {
    const [found] = await probe({ ...flow, expressions: 'simple' }, 'capability', { capabilities: ['bash'] });
    expect(found).toMatch(/^failed: .*failed/);
  });

  it('finds a language whose code does not run', async () => {
    const found = await probe({ languages: {} }, 'capability', { capabilities: ['bash'] });
    expect(found).toEqual(['ok: flow: ended as succeeded', expect.stringMatching(/^failed: /)]);
  });

  it('of a stopped engine is no error, but not ready', async () => {
    const engine = await engineOn(flow);
    await engine.stop();
    expect(await engine.ready()).toBe(false);
  });

  it.each([
    [2 ** 40, 'ok'],
    [2 ** 29, 'warning'],
    [2 ** 20, 'failed'],
  ])('with %d free bytes is %s', (free, status) => {
    expect(diskState('/tmp', free).status).toBe(status);
  });
});

describe('reconfigure', () => {
  it('raises maxConcurrent for executions that wait, and loses none', async () => {
    let now = 0;
    let most = 0;
    const bash = async (_: unknown, { sleep }: { sleep: (ms: number) => Promise<void> }) => {
      most = Math.max(most, ++now);
      await sleep(1_000);
      now--;
      return 'done';
    };
    const simulation = createSimulation({ languages: { bash }, workers: 100 });
    await using engine = createEngine({ mode: 'simulate', maxConcurrent: 1 }, { simulation });
    await engine.start();
    const runs = Array.from({ length: 12 }, () =>
      engine.executions.preview({ language: 'bash', content: '' }),
    );
    await runs[0];
    engine.reconfigure({ maxConcurrent: 4 });
    const results = await Promise.all(runs.map(async (run) => (await run).result()));
    expect([results.length, new Set(results), most]).toEqual([12, new Set(['done']), 4]);
  });

  it('refuses what cannot be changed, and changes nothing', async () => {
    await using engine = await engineOn(flow);
    const changes = { maxConcurrent: 0, workspace: 'x' };
    expect(() => {
      engine.reconfigure(changes);
    }).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(await engine.ready()).toBe(true);
  });
});

describe('safe', () => {
  it('returns what a method would throw', async () => {
    await using engine = await engineOn(flow);
    const missing = await engine.safe.scripts.run('f/a/none');
    expect(missing.isErr() && missing.error).toMatchObject({ code: 'SCRIPT_NOT_FOUND' });
    const run = (await engine.safe.executions.preview({ language: 'bash', content: '' }))._unsafeUnwrap();
    expect((await run.result())._unsafeUnwrap()).toBe(42);
    expect(engine.safe.simulated).toBe(true);
  });

  it('returns the refusal of a full engine as well', async () => {
    const simulation = createSimulation({ languages: { bash: (_, context) => context.sleep(9_000) } });
    await using engine = createEngine({ mode: 'simulate', maxConcurrent: 1 }, { simulation });
    await engine.start();
    const code = { language: 'bash', content: '' };
    await engine.executions.preview(code);
    const full = await engine.safe.executions.preview(code, {}, { whenFull: 'reject' });
    expect(full.isErr() && full.error).toMatchObject({ code: 'CONCURRENCY_LIMIT' });
  });
});

describe('the fallback', () => {
  const token = 'a-long-enough-token';
  const unreachable = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return { mode: 'attach', baseUrl: `http://127.0.0.1:${port}`, token, retries: 0 } as const;
  };

  it('stands in for a server that cannot be reached, and marks every result', async () => {
    const config = { ...(await unreachable()), fallback: 'simulate' } as const;
    await using engine = createEngine(config, { environment: {}, simulation: flow });
    const facts = await engine.start();
    expect([facts.simulated, engine.simulated]).toEqual([true, true]);
    expect(facts.warnings[0]).toContain('SERVER_UNREACHABLE');
    const run = await engine.executions.preview({ language: 'bash', content: '' });
    expect([await run.result(), run.simulated]).toEqual([42, true]);
  });

  it('is used only if the configuration asks for it', async () => {
    const engine = createEngine(await unreachable(), { environment: {} });
    await expect(engine.start()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  it('does not hide that the token is wrong', async () => {
    const fetch = (request: Request) =>
      Promise.resolve(
        request.url.endsWith('/version')
          ? new Response('CE v1.533.1')
          : new Response('Unauthorized', { status: 401 }),
      );
    const config = { mode: 'attach', baseUrl: 'http://127.0.0.1:1', token, fallback: 'simulate' } as const;
    await expect(createEngine(config, { environment: {}, fetch }).start()).rejects.toMatchObject({
      code: 'TOKEN_REJECTED',
    });
  });
});
