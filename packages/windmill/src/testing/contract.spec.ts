import { describe, expect, it } from 'vitest';
import { programRunners } from '../simulation/programs/programs.js';
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

/** Programs of Bash, for engines that execute scripts. */
const programs = {
  language: 'bash',
  echo: 'x="$1"\necho "$x"',
  fail: 'exit 1',
  endless: 'sleep 600',
};

/** An engine on a simulation that executes scripts as programs. */
async function executing(): Promise<ContractEngine> {
  const runners: Record<string, ScriptFunction> = {};
  const simulation = createSimulation({ clock: systemClock, workspaces: ['main'], languages: runners });
  const server = await listen(simulation, 0);
  const { url: baseUrl } = server;
  const token = simulation.secret;
  Object.assign(runners, programRunners({ cpu: 60, memory: 512, time: 60, baseUrl, token }));
  const engine = createEngine({ mode: 'attach', baseUrl, token }, { environment: {} });
  return Object.assign(engine, {
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await server.close();
    },
  });
}

const { WINDMILL_BASE_URL, WINDMILL_TOKEN, WINDMILL_BINARY_PATH, DATABASE_URL } = process.env;

describe('an engine on a simulation that executes programs', () => {
  for (const { name, check } of engineContract({ create: executing, ...programs })) it(name, check);
});

describe.skipIf(WINDMILL_BASE_URL === undefined || WINDMILL_TOKEN === undefined)(
  'an engine on the server of WINDMILL_BASE_URL and WINDMILL_TOKEN',
  () => {
    const create = () => createEngine({ mode: 'attach' });
    for (const { name, check } of engineContract({ create, ...programs })) it(name, check);
  },
);

describe.skipIf(WINDMILL_BINARY_PATH === undefined || DATABASE_URL === undefined)(
  'an engine that starts the server of WINDMILL_BINARY_PATH with the database of DATABASE_URL',
  () => {
    const create = () => createEngine({ mode: 'supervise', startTimeout: 600, workers: 2 });
    for (const { name, check } of engineContract({ create, ...programs })) it(name, check);
  },
);

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
