import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { openEmbedded } from '../database/embedded.js';
import { prepareDatabase } from '../database/embedded.spec.helper.js';
import { migrate } from '../database/migrations.js';
import { createToken } from '../identity/tokens.js';
import { sizeHistory, usageHistory } from './history.js';
import { historyDays, otherProjects, recordSizes, UsageRecorder } from './usage.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-usage-'));
const hour = 3_600_000;
const now = Date.now();
const reader = { workspace: 'shop', trustClass: 'pr:1' } as const;
const byProject = { workspace: 'shop', dimension: 'project', since: now - 100 * hour, hours: 24 } as const;
let database: Database;
let tokenId: string;

beforeAll(async () => {
  await prepareDatabase(folder);
  database = await openEmbedded(join(folder, 'database'));
  await migrate(database);
  const request = { name: 'x', workspace: 'shop', trustClass: 'trusted', scopes: [] } as const;
  tokenId = (await createToken(database, request)).id;
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() =>
  database.query('delete from cache_usage; delete from cache_sizes; delete from cache_entries'),
);

const recorder = (on = database) => new UsageRecorder(on, () => undefined);

it('adds the sums of several servers up, and counts each request once', async () => {
  for (const server of [recorder(), recorder()]) {
    server.count(reader, 'api', { hits: 1, readBytes: 10 }, now);
    await server.flush();
    server.count(reader, 'api', { misses: 1 }, now);
    await server.close();
  }
  const [row, ...others] = await usageHistory(database, byProject);
  expect(row).toMatchObject({ key: 'api', hits: 2, misses: 2, readBytes: 20, writes: 0 });
  expect(others).toEqual([]);
});

it('keeps what cannot be stored now', async () => {
  let isBroken = true;
  const query: Database['query'] = (text, values) =>
    isBroken ? Promise.reject(new Error('gone')) : database.query(text, values);
  const server = recorder({ ...database, query });
  server.count(reader, 'api', { hits: 1 }, now);
  await server.flush();
  server.count(reader, 'api', { hits: 1 }, now);
  isBroken = false;
  await server.close();
  expect(await usageHistory(database, byProject)).toMatchObject([{ hits: 2 }]);
});

it('counts the projects of a client that names thousands together', async () => {
  const server = recorder();
  for (let at = 0; at < 1000; at += 1) server.count(reader, `p${at}`, { misses: 1 }, now);
  await server.close();
  const rows = await usageHistory(database, byProject);
  expect(rows).toHaveLength(201);
  expect(rows.find(({ key }) => key === otherProjects)).toMatchObject({ misses: 800 });
});

it('records what is stored, without what is gone, and forgets what is old', async () => {
  const add = (hash: string, project: string | null, size: number) =>
    database.query(
      `insert into cache_entries (workspace, trust_class, hash, digest, size, token_id, project)
       values ('shop', 'pr:1', $1, $1, $2, $3, $4)`,
      [hash, size, tokenId, project],
    );
  await add('1', 'api', 5);
  await add('2', null, 7);
  await recordSizes(database);
  await database.query("delete from cache_entries where project = 'api'");
  await add('3', null, 1);
  await recordSizes(database);
  expect(await sizeHistory(database, byProject)).toMatchObject([{ key: '', bytes: 8 }]);
  expect(await sizeHistory(database, { ...byProject, dimension: 'kind' })).toMatchObject([
    { key: 'pr', bytes: 8 },
  ]);
  const old = recorder();
  old.count(reader, 'api', { hits: 1 }, now - (historyDays + 1) * 24 * hour);
  await old.close();
  await recordSizes(database);
  expect(await database.query('select * from cache_usage')).toEqual([]);
});
