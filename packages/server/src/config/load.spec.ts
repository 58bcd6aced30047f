import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { MillwrightError } from '@millwright/toolkit/core';
import { loadConfig, withoutSecrets } from './load.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (text: string) => {
  const path = join(folder, 'server.json');
  writeFileSync(path, text);
  return path;
};

it('takes the command line before the environment, the environment before the file, and defaults last', () => {
  const env = { MILLWRIGHT_SERVER_PORT: '2', MILLWRIGHT_SERVER_HOST: 'b', MILLWRIGHT_SERVER_DATA: '' };
  expect(loadConfig({ port: 3 }, env, file('{"port":1,"host":"a","tokenMinutes":5}'))).toMatchObject({
    port: 3,
    host: 'b',
    tokenMinutes: 5,
    data: 'millwright-data',
  });
});

it('reads rules and quotas of the environment as JSON', () => {
  const env = { MILLWRIGHT_SERVER_QUOTA_BYTES: '{"pr":5}' };
  expect(loadConfig({}, env, undefined).quotaBytes.pr).toBe(5);
});

it.each<[string, object, NodeJS.ProcessEnv, string | undefined, string]>([
  ['an unknown field', {}, {}, '{"prot":1}', 'prot'],
  ['a port that is no number', { port: Number.NaN }, {}, undefined, 'port'],
  ['a file that is no JSON', {}, {}, '{', 'server.json is not valid JSON'],
  ['a file that is no object', {}, {}, '[]', 'must contain a JSON object'],
  ['a database of another kind', { databaseUrl: 'mysql://x' }, {}, undefined, 'databaseUrl'],
  [
    'two repositories in one workspace',
    {
      trust: ['acme/a', 'acme/b'].map((repository) => ({
        workspace: 'shop',
        provider: 'github',
        repository,
        workflows: ['ci.yml'],
      })),
    },
    {},
    undefined,
    'would share classes',
  ],
  ['a variable that is no JSON', {}, { MILLWRIGHT_SERVER_TRUST: 'x' }, undefined, 'MILLWRIGHT_SERVER_TRUST'],
])('refuses %s, and names it', (_, flags, env, text, named) => {
  const path = text === undefined ? undefined : file(text);
  let thrown: unknown;
  try {
    loadConfig({ ...flags }, env, path);
  } catch (error) {
    thrown = error;
  }
  const { code, what, why } = thrown as MillwrightError;
  expect(code).toBe('SERVER_CONFIG_INVALID');
  expect(`${what}: ${why}`).toContain(named);
});

it('does not print the password of the database', () => {
  const url = 'postgresql://mill:secret@db.example.org/mill?password=secret';
  expect(withoutSecrets(loadConfig({ databaseUrl: url }, {}, undefined)).databaseUrl).not.toContain('secret');
});
