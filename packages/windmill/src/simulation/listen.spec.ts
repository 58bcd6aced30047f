import { expect, it } from 'vitest';
import { systemClock } from '../clock/clock.js';
import { createEngine } from '../engine/create-engine.js';
import { listen } from './listen.js';
import { createSimulation } from './simulation.js';

const greet = async (_: unknown, { log }: { log: (text: string) => void }): Promise<string> => {
  log('one\ntwo\n');
  return Promise.resolve('hi');
};

async function served() {
  const simulation = createSimulation({ clock: systemClock, languages: { bash: greet } });
  return { simulation, listener: await listen(simulation, 0) };
}

it('serves a simulation to an engine that attaches to it', async () => {
  const { simulation, listener } = await served();
  await using server = listener;
  await using engine = createEngine({ mode: 'attach', baseUrl: server.url, token: simulation.secret });
  expect(await engine.start()).toEqual({ version: 'CE v1.533.1', warnings: [], simulated: false });
  await engine.workspaces.create('main');
  const execution = await engine.executions.preview({ language: 'bash', content: 'x' });
  expect([await execution.result(), execution.simulated]).toEqual(['hi', false]);
  const lines: string[] = [];
  for await (const line of execution.logs()) lines.push(line);
  expect(lines.slice(-2)).toEqual(['one', 'two']);
});

it('refuses a token that the server does not know, and an address where nothing answers', async () => {
  const { listener } = await served();
  const baseUrl = listener.url;
  const engine = () => createEngine({ mode: 'attach', baseUrl, token: 'not-the-right-token', retries: 0 });
  await expect(engine().start()).rejects.toMatchObject({ code: 'TOKEN_REJECTED' });
  await listener.close();
  await expect(engine().start()).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
});

it('names a port that is taken', async () => {
  const { simulation, listener } = await served();
  await using server = listener;
  await expect(listen(simulation, Number(new URL(server.url).port))).rejects.toMatchObject({
    code: 'SIMULATION_PORT_UNUSABLE',
  });
});
