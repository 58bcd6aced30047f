import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.js';
import type { WorkflowEngine } from './types.js';

const simulated = async () => {
  const engine = createEngine({ mode: 'simulate' });
  await engine.start();
  return engine;
};

describe('variables', () => {
  it('are created, updated, listed and deleted; lists hide secrets', async () => {
    await using engine = await simulated();
    await engine.variables.create({ path: 'f/a/plain', value: '1' });
    await engine.variables.create({ path: 'f/a/secret', value: '2', isSecret: true });
    await engine.variables.update({ path: 'f/a/plain', value: '3', description: 'three' });
    expect(await Array.fromAsync(engine.variables.list({ pageSize: 1 }))).toEqual([
      { path: 'f/a/plain', value: '3', isSecret: false, description: 'three' },
      { path: 'f/a/secret', value: undefined, isSecret: true, description: '' },
    ]);
    expect((await engine.variables.get('f/a/secret')).value).toBe('2');
    await engine.variables.delete('f/a/secret');
    expect(await engine.variables.exists('f/a/secret')).toBe(false);
  });
});

it('folders are created, listed and deleted', async () => {
  await using engine = await simulated();
  await engine.folders.create('ops');
  expect(await engine.folders.exists('ops')).toBe(true);
  expect(await engine.folders.list()).toEqual(['ops']);
  await engine.folders.delete('ops');
  expect(await engine.folders.list()).toEqual([]);
});

it('a created token is accepted until it is deleted', async () => {
  await using engine = await simulated();
  const token = await engine.tokens.create({ label: 'ci' });
  expect(await engine.tokens.list()).toMatchObject([{ prefix: token.slice(0, 10), label: 'ci' }]);
  await engine.tokens.delete(token);
  expect(await engine.tokens.list()).toEqual([]);
});

it('the owner of the token is an admin of the workspace', async () => {
  await using engine = await simulated();
  expect(await engine.users.whoami()).toMatchObject({ isAdmin: true, isSuperAdmin: true });
  expect(await engine.users.list()).toHaveLength(1);
});

it.each<[string, string, (engine: WorkflowEngine) => Promise<unknown>]>([
  ['VARIABLE_NOT_FOUND', 'a missing variable', (e) => e.variables.get('f/a/b')],
  [
    'VARIABLE_EXISTS',
    'a second variable at a path',
    async (e) => {
      await e.variables.create({ path: 'f/a/b', value: '' });
      await e.variables.create({ path: 'f/a/b', value: '' });
    },
  ],
  ['PATH_INVALID', 'a path without folder', (e) => e.variables.create({ path: 'b', value: '' })],
  [
    'FOLDER_EXISTS',
    'a second folder of a name',
    async (e) => {
      await e.folders.create('ops');
      await e.folders.create('ops');
    },
  ],
  [
    'SERVER_FEATURE_MISSING',
    'a new user on an open-source server',
    (e) => e.users.create({ email: 'ada@example.org', password: 'a-long-password' }),
  ],
])('%s is thrown for %s', async (code, _, act) => {
  await using engine = await simulated();
  await expect(act(engine)).rejects.toMatchObject({ code });
});
