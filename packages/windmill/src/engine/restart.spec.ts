import { expect, it } from 'vitest';
import { createSimulation } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';

const ended = '01a219a5-02a1-3be3-b479-742ba71736fa';
const path = 'f/shop/order';
const flow = {
  path,
  value: { modules: [{ id: 'b', value: { type: 'rawscript', language: 'bash', content: 'b' } }] },
};

/** How servers answer a restart: those of the community edition never run one. */
const servers = {
  newer: /\/jobs\/restart\/f\/[^/]+$/,
  older: /\/jobs\/restart\/f\/[^/]+\/from\/b\/\d+$/,
} as const;

/** An engine on a server that has one of the routes, and runs the stored flow from its first step. */
async function engineOn(server: keyof typeof servers) {
  const simulation = createSimulation({ languages: { bash: () => 'again' }, workspaces: ['main'] });
  const requests: string[] = [];
  const fetch = async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.includes('/jobs/restart/')) return simulation.fetch(request);
    if (!servers[server].test(url.pathname)) return new Response('<!doctype html>', { status: 200 });
    requests.push(`${url.pathname.replace(ended, 'ID')} ${await request.text()}`);
    const run = `${url.origin}/api/w/main/jobs/run/f/${path}${url.search}`;
    return simulation.fetch(new Request(run, { method: 'POST', headers: request.headers, body: '{}' }));
  };
  const config = { mode: 'attach', baseUrl: 'http://localhost', token: simulation.secret } as const;
  const engine = createEngine(config, { environment: {}, fetch, clock: simulation.clock });
  await engine.start();
  await engine.flows.create(flow);
  return { engine, requests };
}

it.each([
  ['newer', { iteration: 2 }, '/api/w/main/jobs/restart/f/ID {"step_id":"b","branch_or_iteration_n":2}'],
  ['newer', {}, '/api/w/main/jobs/restart/f/ID {"step_id":"b"}'],
  ['older', { iteration: 2 }, '/api/w/main/jobs/restart/f/ID/from/b/2 {}'],
  ['older', {}, '/api/w/main/jobs/restart/f/ID/from/b/0 {}'],
] as const)('a flow restarts from a step on a %s server, with %j', async (server, options, request) => {
  const { engine, requests } = await engineOn(server);
  const jobId = crypto.randomUUID();
  const run = await engine.executions.restart(ended, 'b', { ...options, jobId });
  expect([run.id, await run.result()]).toEqual([jobId, 'again']);
  expect(requests).toEqual([request]);
  await engine.stop();
});

it('the community edition and the simulation of it decline to restart a flow', async () => {
  await using engine = createEngine({ mode: 'simulate' });
  await engine.start();
  await expect(engine.executions.restart(ended, 'b')).rejects.toMatchObject({
    code: 'SERVER_FEATURE_MISSING',
    why: expect.stringContaining('enterprise') as string,
  });
});

it.each([
  ['not-an-id', 'b'],
  [ended, 'b/../c'],
  [ended, ''],
])('%j from the step %j is refused before anything is sent', async (id, step) => {
  await using engine = createEngine({ mode: 'simulate' });
  await engine.start();
  await expect(engine.executions.restart(id, step)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
});
