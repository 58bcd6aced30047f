import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.js';
import type { JsonObject } from '../client/json.js';
import { createEngine } from '../engine/create-engine.js';
import type { ScriptFunction } from '../simulation/jobs/runners.js';
import { listen } from '../simulation/listen.js';
import { createSimulation } from '../simulation/simulation.js';
import { type ContractEngine, engineContract } from './contract.js';
import { tinyEngine } from './tiny-engine.spec.helper.js';

const fail = () => {
  throw new Error('it fails');
};
const bash: ScriptFunction = ({ x }, { code }) =>
  code.content === 'echo' ? x : code.content === 'fail' ? fail() : new Promise(() => undefined);

/** An engine on a simulation behind a socket, which ends with the engine. */
async function attached(): Promise<ContractEngine> {
  const simulation = createSimulation({ clock: systemClock, workspaces: ['main'], languages: { bash } });
  const server = await listen(simulation, 0);
  const engine = createEngine(
    { mode: 'attach', baseUrl: server.url, token: simulation.secret },
    { environment: {} },
  );
  return Object.assign(engine, {
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await server.close();
    },
  });
}

describe.each<[string, () => ContractEngine | Promise<ContractEngine>]>([
  ['simulates', () => createEngine({ mode: 'simulate' }, { simulation: { languages: { bash } } })],
  ['attaches to a server', attached],
  [
    'has nothing of ours',
    () => tinyEngine({ echo: ({ x }) => x ?? null, fail, endless: () => new Promise(() => undefined) }),
  ],
])('an engine that %s', (_, create) => {
  const options = { create, language: 'bash', echo: 'echo', fail: 'fail', endless: 'endless' };
  for (const { name, check } of engineContract(options)) it(name, check);
});

it('the contract notices an engine that runs an id twice', async () => {
  const create = () => {
    const engine = tinyEngine({ echo: ({ x }) => x ?? null, fail });
    const preview = (code: { language: string; content: string }, args?: JsonObject) =>
      engine.executions.preview(code, args);
    const executions = { ...engine.executions, preview: preview as typeof engine.executions.preview };
    return { ...engine, executions };
  };
  const options = { create, language: 'bash', echo: 'echo', fail: 'fail', endless: 'endless' };
  const rule = engineContract(options).find(({ name }) => name.includes('submitted twice'));
  await expect(rule?.check()).rejects.toThrow('expected ["1","1"], got ["1","2"]');
});
