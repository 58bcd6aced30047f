import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, result } from './cache/archive.spec.helper.js';
import { type ServerConfig, serverConfigSchema } from './config/schema.js';
import { migrate } from './database/migrations.js';
import { openPostgres } from './database/postgres.js';
import { postgresPrograms, startPostgres, type TestDatabase } from './database/postgres.spec.helper.js';
import { migrateDatabase } from './open.js';
import { type RunningServer, serve } from './serve.js';
import { isMotoMissing, startBucket, type TestBucket } from './storage/s3.spec.helper.js';

const isMissing = (postgresPrograms === undefined || isMotoMissing) && process.env.CI === undefined;

describe.skipIf(isMissing)('several servers on one PostgreSQL and one bucket', () => {
  const folders = mkdtempSync(join(tmpdir(), 'millwright-scaled-'));
  let database: TestDatabase;
  let bucket: TestBucket;
  let servers: RunningServer[];
  let token: string;
  const configOf = (name: string, changed: object = {}): ServerConfig =>
    serverConfigSchema.parse({
      data: join(folders, name),
      port: 0,
      databaseUrl: database.url,
      s3: { endpoint: bucket.endpoint, bucket: bucket.bucket },
      ...changed,
    });
  const call = (server: RunningServer | undefined, hash: string, init: RequestInit = {}) =>
    fetch(`${server?.url ?? ''}/v1/cache/${hash}`, {
      ...init,
      headers: { authorization: `Bearer ${token}` },
    });
  const put = async (server: RunningServer | undefined, hash: string, text: string) =>
    call(server, hash, {
      method: 'PUT',
      body: new Uint8Array(await archive([...result, { name: 'artifacts/app', content: text }])),
    });

  beforeAll(async () => {
    [database, bucket] = await Promise.all([startPostgres(postgresPrograms ?? ''), startBucket()]);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(folders, { recursive: true });
  });

  it('do not start before the database was migrated, and two that migrate at once apply each step once', async () => {
    await expect(serve(configOf('one'))).rejects.toMatchObject({ code: 'SERVER_DATABASE_OLDER' });
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(database.url)));
    expect(applied.filter((steps) => steps > 0)).toHaveLength(1);
    servers = await Promise.all(['one', 'two'].map((name) => serve(configOf(name))));
    const admin = servers.flatMap(({ adminToken }) => adminToken ?? []);
    expect(admin).toHaveLength(1);
    const created = await fetch(`${servers[0]?.url ?? ''}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin[0] ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'ci',
        workspace: 'shop',
        trustClass: 'trusted',
        scopes: ['cache:read', 'cache:write'],
      }),
    });
    ({ token } = (await created.json()) as { token: string });
  });

  it('return what the other stored, with the same signature', async () => {
    expect((await put(servers[0], '1', 'app')).status).toBe(200);
    const answers = await Promise.all(servers.map((server) => call(server, '1')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [one, two] = answers.map(({ headers }) => headers.get('millwright-signature'));
    expect(one).toBe(two);
  });

  it('store one of the writers that race on both', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { status } = await put(servers[index % 2], '2', `writer ${index}`);
        return status;
      }),
    );
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('keep the data of an older version when they are migrated, and refuse the tables of a newer one', async () => {
    const url = new URL(database.url);
    const connection = await openPostgres(url.href);
    await connection.query('create database upgraded');
    await connection.close();
    url.pathname = '/upgraded';
    const upgraded = await openPostgres(url.href);
    try {
      const first = ['create table things (name text)'];
      await migrate(upgraded, first);
      await upgraded.query("insert into things values ('kept')");
      const second = [...first, "alter table things add column kind text not null default 'old'"];
      expect(await migrate(upgraded, second)).toBe(1);
      expect(await upgraded.query('select * from things')).toEqual([{ name: 'kept', kind: 'old' }]);
      await expect(migrate(upgraded, first)).rejects.toMatchObject({ code: 'SERVER_DATABASE_NEWER' });
    } finally {
      await upgraded.close();
    }
  });

  it('serve the entries of a backup: a dump of the database beside the bucket', async () => {
    const programs = postgresPrograms ?? '';
    const url = new URL(database.url);
    const dump = execFileSync(join(programs, 'pg_dump'), ['--no-owner', `--dbname=${url.href}`]);
    const connection = await openPostgres(url.href);
    await connection.query('create database restored');
    await connection.close();
    url.pathname = '/restored';
    execFileSync(join(programs, 'psql'), ['--quiet', '--set=ON_ERROR_STOP=1', `--dbname=${url.href}`], {
      input: dump,
    });
    const server = await serve(configOf('restored', { databaseUrl: url.href }));
    expect((await call(server, '1')).status).toBe(200);
    await server.close();
  });

  it('refuse to start without a bucket, and name the operation', async () => {
    const s3 = { endpoint: bucket.endpoint, bucket: 'absent' };
    await expect(serve(configOf('three', { s3 }))).rejects.toMatchObject({
      code: 'SERVER_STORAGE_UNUSABLE',
      what: 'the bucket absent cannot be used: ListObjectsV2 fails',
    });
  });

  it('serve only the modules of their configuration', async () => {
    const server = await serve(configOf('four', { modules: ['cache', 'metrics'] }));
    const statuses = await Promise.all(
      ['/v1/cache/1', '/metrics', '/v1/tokens', '/openapi.json'].map(
        async (path) =>
          (await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 404, 404]);
    expect((await fetch(`${server.url}/login`)).status).toBe(404);
    await server.close();
  });

  it('have pages without administration, if that is their configuration', async () => {
    const server = await serve(configOf('five', { modules: ['cache', 'web'] }));
    const found: string[] = [];
    for (const path of ['/login', '/entries', '/revocations', '/tokens', '/tokens/created', '/storage'])
      if ((await fetch(server.url + path, { redirect: 'manual' })).status !== 404) found.push(path);
    expect(found).toEqual(['/login', '/entries']);
    await server.close();
  });

  it('answer a miss and refuse a write, and are not ready, while storage or database is gone', async () => {
    await bucket.stop();
    const [server] = servers;
    expect((await call(server, '1')).status).toBe(404);
    expect((await put(server, '3', 'app')).status).toBe(403);
    const ready = async () => {
      const response = await fetch(`${server?.url ?? ''}/v1/ready`);
      return [response.status, ((await response.json()) as { reason?: string }).reason ?? ''];
    };
    expect(await ready()).toEqual([503, expect.stringContaining('the storage')]);
    await database.stop();
    expect((await call(server, '1')).status).toBe(404);
    expect((await put(server, '3', 'app')).status).toBe(403);
    expect(await ready()).toEqual([503, expect.stringContaining('the database')]);
  });
});
