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
    'a password that is not encoded',
    { databaseUrl: 'postgres://u:p#w@host/d' },
    {},
    undefined,
    'percent-encoded',
  ],
  [
    'a password that cannot be decoded',
    { databaseUrl: 'postgres://u:p%w@host/d' },
    {},
    undefined,
    'percent-encoded',
  ],
  [
    'two sources of the database',
    { databaseUrl: 'postgres://h/d', databaseUrlFile: 'f' },
    {},
    undefined,
    'not both',
  ],
  ['a secret that does not exist', { databaseUrlFile: '/no/such/file' }, {}, undefined, '/no/such/file'],
  ['an unknown module', {}, {}, '{"modules":["cash"]}', 'modules'],
  [
    'archives that S3 does not store',
    { maxEntryBytes: 2 ** 33, s3: { bucket: 'x' } },
    {},
    undefined,
    '5 GiB',
  ],
  ['a prefix that is no folder', { s3: { bucket: 'x', prefix: 'cache' } }, {}, undefined, 's3.prefix'],
  ['a boolean that is none', {}, { MILLWRIGHT_SERVER_S3_PATH_STYLE: 'yes' }, undefined, 's3.pathStyle'],
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

it('reads single fields of s3 from the environment, over those of the file', () => {
  const env = { MILLWRIGHT_SERVER_S3_BUCKET: 'own', MILLWRIGHT_SERVER_S3_PATH_STYLE: 'true' };
  expect(loadConfig({}, env, file('{"s3":{"bucket":"x","endpoint":"http://s3:7070"}}')).s3).toEqual({
    bucket: 'own',
    endpoint: 'http://s3:7070',
    pathStyle: true,
    prefix: '',
    region: 'us-east-1',
  });
});

it('reads the URL of the database from a file, with the line break that an editor adds', () => {
  const path = file('postgres://mill:secret@db/mill\n');
  const config = loadConfig({}, { MILLWRIGHT_SERVER_DATABASE_URL_FILE: path }, undefined);
  expect(config.databaseUrl).toBe('postgres://mill:secret@db/mill');
  expect(JSON.stringify(withoutSecrets(config))).not.toContain('secret');
});

it('ignores the URL of the server that clients of it use', () => {
  expect(loadConfig({}, { MILLWRIGHT_SERVER: 'http://127.0.0.1:7600' }, undefined).port).toBe(7600);
});

it('ignores the address that Kubernetes puts into the variable of the port', () => {
  expect(loadConfig({}, { MILLWRIGHT_SERVER_PORT: 'tcp://10.0.0.7:7600' }, undefined).port).toBe(7600);
});

it('does not print a password that is not encoded', () => {
  const load = () => loadConfig({ databaseUrl: 'postgres://mill:sec#ret@db/mill' }, {}, undefined);
  expect(load).toThrow(expect.objectContaining({ why: expect.not.stringContaining('sec') as string }));
});

it('does not print the password of the database', () => {
  const url = 'postgresql://mill:secret@db.example.org/mill?password=secret';
  expect(withoutSecrets(loadConfig({ databaseUrl: url }, {}, undefined)).databaseUrl).not.toContain('secret');
});
