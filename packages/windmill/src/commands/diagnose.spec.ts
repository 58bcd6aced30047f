import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSimulation } from '../simulation/simulation.js';
import { listen } from '../simulation/listen.js';
import { diagnose, findingsOf } from './diagnose.js';

const stateOf = async (...args: Parameters<typeof diagnose>) =>
  Object.fromEntries((await diagnose(...args)).map(({ what, state }) => [what, state]));

describe('doctor', () => {
  it('without any configuration says which variables to set', async () => {
    expect(await diagnose(undefined, {})).toEqual([
      expect.objectContaining({
        state: 'missing',
        what: 'configuration',
        remedy: expect.stringContaining('WINDMILL_BINARY_PATH') as string,
      }),
    ]);
  });

  it.each([
    ['attach', { WINDMILL_BASE_URL: 'http://a', WINDMILL_TOKEN: 'short' }, /token \(WINDMILL_TOKEN\)/],
    ['supervise', {}, /binaryPath \(WINDMILL_BINARY_PATH\)/],
  ] as const)('reports an invalid configuration for %s', async (mode, environment, detail) => {
    expect(await diagnose(mode, environment)).toEqual([
      expect.objectContaining({ state: 'missing', detail: expect.stringMatching(detail) as string }),
    ]);
  });

  it('asks a server for its version, its database and its workers, and starts no job', async () => {
    const simulation = createSimulation({ languages: { bash: () => 42 }, workspaces: ['main'] });
    await using server = await listen(simulation, 0);
    const environment = { WINDMILL_BASE_URL: server.url, WINDMILL_TOKEN: simulation.secret };
    expect(await stateOf(undefined, environment)).toEqual({
      configuration: 'ok',
      server: 'ok',
      database: 'ok',
      workers: 'ok',
    });
    expect(await stateOf(undefined, { ...environment, WINDMILL_WORKSPACE: 'other' })).toMatchObject({
      database: 'hint',
    });
  });

  it('reports a server that does not answer', async () => {
    const environment = { WINDMILL_BASE_URL: 'http://127.0.0.1:1', WINDMILL_TOKEN: 'a-long-enough-token' };
    expect(await stateOf('attach', environment)).toEqual({ configuration: 'ok', server: 'missing' });
  });

  it('checks the binary, the database and the programs of this machine for a server of its own', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const environment = {
      WINDMILL_BINARY_PATH: '/nonexistent/windmill',
      DATABASE_URL: `postgres://windmill@127.0.0.1:${port}/windmill`,
      PATH: '/nonexistent',
    };
    expect(await stateOf(undefined, environment)).toMatchObject({
      configuration: 'ok',
      binary: 'missing',
      database: 'missing',
      runtimes: 'hint',
      isolation: 'hint',
    });
  });
});

it('names uv, without which a server runs no Python', async () => {
  const environment = { WINDMILL_BINARY_PATH: '/nonexistent/windmill', PATH: '/nonexistent' };
  const found = await diagnose('supervise', environment);
  expect(found.find(({ what }) => what === 'runtimes')?.detail).toBe(
    'not on PATH: bash, python3, uv, bun, deno, go',
  );
});

it('a probe that was skipped is no finding', () => {
  expect(
    findingsOf([
      { name: 'disk', status: 'skipped', detail: 'the server runs elsewhere' },
      { name: 'server', status: 'failed', detail: 'it is away', remedy: 'start it' },
      { name: 'workers', status: 'ok', detail: '2' },
    ]),
  ).toEqual([
    { state: 'missing', what: 'server', detail: 'it is away', remedy: 'start it' },
    { state: 'ok', what: 'workers', detail: '2' },
  ]);
});
