import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, result } from './cache/archive.spec.helper.js';
import { type ServerConfig, serverConfigSchema } from './config/schema.js';
import { eventTable } from './identity/event-table.spec.helper.js';
import { isSignedEntry } from './identity/signing-key.js';
import { postgresPrograms, startPostgres, type TestDatabase } from './database/postgres.spec.helper.js';
import { migrateDatabase, openBlobs } from './open.js';
import { type RunningServer, serve } from './serve.js';
import { isMotoMissing, startBucket, type TestBucket } from './storage/s3.spec.helper.js';

let folder: string;
let server: RunningServer;
const logged: string[] = [];
let issuer: Server;
let trust: readonly object[];
let signToken: (claims: Record<string, unknown>) => Promise<string>;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] };
  issuer = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${issuerUrl()}/keys` } : keys));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => issuer.once('listening', resolve));
  const issuerUrl = () => `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  signToken = (claims) =>
    new SignJWT({ aud: 'millwright', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuerUrl())
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  const rule = {
    workspace: 'acme',
    provider: 'github',
    issuer: issuerUrl(),
    repository: 'acme/shop',
    workflows: ['.github/workflows/ci.yml'],
  };
  trust = [rule];
});
afterAll(() => {
  issuer.close();
});

const call = (path: string, token: string | undefined, init: RequestInit = {}) =>
  fetch(server.url + path, {
    ...init,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}),
    },
  });
const put = async (hash: string, token: string, text: string) => {
  const body = await archive([...result, { name: 'artifacts/app', content: text }]);
  return call(`/v1/cache/${hash}`, token, { method: 'PUT', body: new Uint8Array(body) });
};

async function tokenOf(
  trustClass: string,
  scopes = ['cache:read', 'cache:write'],
  workspace = 'acme',
): Promise<string> {
  const body = JSON.stringify({ name: trustClass, workspace, trustClass, scopes });
  const response = await call('/v1/tokens', server.adminToken, { method: 'POST', body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

let count = 0;
const newHash = () => String(1000 + count++);

/** What a mode needs besides a data folder. */
interface Services {
  readonly database?: TestDatabase;
  readonly bucket?: TestBucket;
}

/** Embedded on one machine, and scaled: the same tests. */
const modes: readonly { title: string; start: () => Promise<Services>; isMissing: boolean }[] = [
  { title: 'the embedded database and a folder', start: () => Promise.resolve({}), isMissing: false },
  {
    title: 'PostgreSQL and S3',
    start: async () => {
      const [database, bucket] = await Promise.all([startPostgres(postgresPrograms ?? ''), startBucket()]);
      await migrateDatabase(database.url);
      return { database, bucket };
    },
    isMissing: (postgresPrograms === undefined || isMotoMissing) && process.env.CI === undefined,
  },
];
for (const { title, start, isMissing } of modes)
  describe.skipIf(isMissing)(`with ${title}`, () => {
    let services: Services;
    let config: ServerConfig;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'millwright-server-'));
      services = await start();
      const { database, bucket } = services;
      config = serverConfigSchema.parse({
        data: folder,
        port: 0,
        trust,
        databaseUrl: database?.url,
        s3: bucket && { endpoint: bucket.endpoint, bucket: bucket.bucket, prefix: 'nx/' },
      });
      const stream = { write: (line: string) => logged.push(line) };
      server = await serve(config, { level: 'info', stream });
    });
    afterAll(async () => {
      await server.close();
      await Promise.all([services.database?.stop(), services.bucket?.stop()]);
      rmSync(folder, { recursive: true });
    });

    describe('the cache', () => {
      it('returns what was stored, and never replaces it', async () => {
        const token = await tokenOf('trusted');
        const hash = newHash();
        expect((await call(`/v1/cache/${hash}`, token)).status).toBe(404);
        expect((await put(hash, token, 'first')).status).toBe(200);
        expect((await put(hash, token, 'second')).status).toBe(409);
        const response = await call(`/v1/cache/${hash}`, token);
        expect(response.status).toBe(200);
        const stored = Buffer.from(await response.arrayBuffer());
        expect(stored.equals(await archive([...result, { name: 'artifacts/app', content: 'first' }]))).toBe(
          true,
        );
      });

      const classes = ['trusted', 'pr:1', 'pr:2', 'branch:refs/heads/main', 'dev:ada'];
      it.each(
        classes.flatMap((writer) =>
          classes.filter((reader) => reader !== writer).map((reader) => [writer, reader]),
        ),
      )(
        'what %s wrote first is not what %s reads after its own build, and only trusted results are shared',
        async (writer = '', reader = '') => {
          const hash = newHash();
          const [writing, reading] = [await tokenOf(writer), await tokenOf(reader)];
          expect((await put(hash, writing, 'of the writer')).status).toBe(200);
          expect((await call(`/v1/cache/${hash}`, reading)).status).toBe(writer === 'trusted' ? 200 : 404);
          expect((await put(hash, reading, 'of the reader')).status).toBe(200);
          const found = await call(`/v1/cache/${hash}`, reading);
          expect(found.headers.get('millwright-trust-class')).toBe(reader);
        },
      );

      it('keeps workspaces apart', async () => {
        const hash = newHash();
        await put(hash, await tokenOf('trusted'), 'x');
        const other = await tokenOf('trusted', undefined, 'other');
        expect((await call(`/v1/cache/${hash}`, other)).status).toBe(404);
      });

      it('stores one of 20 racing writers', async () => {
        const hash = newHash();
        const token = await tokenOf('trusted');
        const statuses = await Promise.all(
          Array.from({ length: 20 }, async (_, index) => (await put(hash, token, `writer ${index}`)).status),
        );
        expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
      });

      it('keeps 20 racing writers of different classes apart', async () => {
        const hash = newHash();
        const writers = await Promise.all(
          Array.from({ length: 20 }, (_, index) => tokenOf(index === 0 ? 'trusted' : `pr:${100 + index}`)),
        );
        const statuses = await Promise.all(
          writers.map(async (token, index) => (await put(hash, token, `writer ${index}`)).status),
        );
        expect(new Set(statuses)).toEqual(new Set([200]));
        const found = await Promise.all(
          writers.map(async (token) =>
            (await call(`/v1/cache/${hash}`, token)).headers.get('millwright-trust-class'),
          ),
        );
        expect(found).toEqual(writers.map((_, index) => (index === 0 ? 'trusted' : `pr:${100 + index}`)));
      });

      it('refuses what Nx did not write with a status that Nx accepts', async () => {
        const token = await tokenOf('trusted');
        const response = await call(`/v1/cache/${newHash()}`, token, {
          method: 'PUT',
          body: new Uint8Array([1, 2, 3]),
        });
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ code: 'CACHE_ENTRY_REFUSED' });
      });

      it.each([
        ['no token', undefined],
        ['an unknown token', 'mwt_unknown'],
      ])('answers 401 to %s, with the type without which Nx does not show the reason', async (_, token) => {
        const response = await call('/v1/cache/1', token);
        expect(response.status).toBe(401);
        expect(response.headers.get('content-type')).toBe('text/plain');
        expect(await response.text()).toContain('millwright token create');
      });

      it('answers 403 to a token that may only read', async () => {
        expect((await put(newHash(), await tokenOf('trusted', ['cache:read']), 'x')).status).toBe(403);
      });

      it('says who wrote an entry, and does not serve it after it was revoked', async () => {
        const token = await tokenOf('pr:9');
        const hash = newHash();
        await put(hash, token, 'poison');
        const why = await call(`/v1/cache-entries/${hash}`, token);
        expect(await why.json()).toMatchObject([
          { hash, trustClass: 'pr:9', writer: 'pr:9', revokedAt: null },
        ]);
        const body = JSON.stringify({ workspace: 'acme', trustClass: 'pr:9' });
        const revoked = await call('/v1/cache-revocations', server.adminToken, { method: 'POST', body });
        expect(await revoked.json()).toEqual({ revoked: 1 });
        expect((await call(`/v1/cache/${hash}`, token)).status).toBe(404);
        expect((await put(hash, token, 'clean')).status).toBe(200);
      });

      it('takes an entry whose archive was lost for a miss, and stores it anew', async () => {
        const token = await tokenOf('trusted');
        const hash = newHash();
        await put(hash, token, 'lost');
        const digest = (await call(`/v1/cache/${hash}`, token)).headers.get('millwright-digest') ?? '';
        await (await openBlobs(config)).remove(digest);
        expect((await call(`/v1/cache/${hash}`, token)).status).toBe(404);
        expect((await put(hash, token, 'again')).status).toBe(200);
      });

      it('stores an archive of several mebibytes, and none that is cut off before its length', async () => {
        const token = await tokenOf('trusted');
        const large = await archive([
          ...result,
          { name: 'artifacts/app', content: randomBytes(3 * 2 ** 20) },
        ]);
        const hash = newHash();
        const body = new Uint8Array(large);
        expect((await call(`/v1/cache/${hash}`, token, { method: 'PUT', body })).status).toBe(200);
        const cut = newHash();
        const { port } = new URL(server.url);
        const socket = connect(Number(port), '127.0.0.1');
        socket.write(
          `PUT /v1/cache/${cut} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${large.length}\r\n\r\n`,
        );
        socket.end(large.subarray(0, large.length - 1000));
        await new Promise((resolve) => socket.resume().once('close', resolve));
        expect((await call(`/v1/cache/${cut}`, token)).status).toBe(404);
        expect((await put(cut, token, 'whole')).status).toBe(200);
      });

      it('signs each entry with its class and content', async () => {
        const token = await tokenOf('trusted');
        const hash = newHash();
        await put(hash, token, 'signed');
        const { publicKey } = (await (await call('/v1/identity', token)).json()) as { publicKey: string };
        const { headers } = await call(`/v1/cache/${hash}`, token);
        const entry = {
          workspace: 'acme',
          trustClass: 'trusted',
          hash,
          digest: headers.get('millwright-digest') ?? '',
        };
        const signature = headers.get('millwright-signature') ?? '';
        expect(isSignedEntry(publicKey, entry, signature)).toBe(true);
        expect(isSignedEntry(publicKey, { ...entry, trustClass: 'pr:1' }, signature)).toBe(false);
      });
    });

    describe('tokens', () => {
      it('are refused after they were revoked', async () => {
        const body = JSON.stringify({
          name: 'x',
          workspace: 'acme',
          trustClass: 'trusted',
          scopes: ['cache:read'],
        });
        const created = await call('/v1/tokens', server.adminToken, { method: 'POST', body });
        const { id, token } = (await created.json()) as { id: string; token: string };
        expect((await call('/v1/identity', token)).status).toBe(200);
        expect((await call(`/v1/tokens/${id}`, server.adminToken, { method: 'DELETE' })).status).toBe(204);
        expect((await call('/v1/identity', token)).status).toBe(401);
      });

      it('are refused after they expired, and the list says when one was used', async () => {
        const create = async (days: number) => {
          const request = {
            name: 'x',
            workspace: 'acme',
            trustClass: 'trusted',
            scopes: ['cache:read'],
            days,
          };
          const init = { method: 'POST', body: JSON.stringify(request) };
          return (await (await call('/v1/tokens', server.adminToken, init)).json()) as {
            id: string;
            token: string;
          };
        };
        const expired = await create(1e-9);
        expect((await call('/v1/identity', expired.token)).status).toBe(401);
        const { id, token } = await create(1);
        const lastUsed = async () => {
          const tokens = await (await call('/v1/tokens', server.adminToken)).json();
          return (tokens as { id: string; lastUsedAt: string | null }[]).find((one) => one.id === id)
            ?.lastUsedAt;
        };
        expect(await lastUsed()).toBeNull();
        expect((await call('/v1/identity', token)).status).toBe(200);
        expect(await lastUsed()).toEqual(expect.any(String));
      });

      it('are created only by an administrator', async () => {
        const body = JSON.stringify({
          name: 'x',
          workspace: 'acme',
          trustClass: 'trusted',
          scopes: ['admin'],
        });
        expect((await call('/v1/tokens', await tokenOf('pr:3'), { method: 'POST', body })).status).toBe(403);
      });
    });

    describe('the exchange of an OIDC token', () => {
      const claims = {
        repository: 'acme/shop',
        repository_id: '74',
        event_name: 'push',
        ref: 'refs/heads/main',
        ref_protected: 'true',
        workflow_ref: 'acme/shop/.github/workflows/ci.yml@refs/heads/main',
      };
      const exchange = async (token: string, workspace = 'acme') =>
        call('/v1/identity/exchange', undefined, {
          method: 'POST',
          body: JSON.stringify({ token, workspace }),
        });

      it.each([
        ['a push to main', {}, 'trusted'],
        ['a pull request', { event_name: 'pull_request', ref: 'refs/pull/4/merge' }, 'pr:4'],
      ])('gives a token of its class to %s', async (_, changed, trustClass) => {
        const response = await exchange(await signToken({ ...claims, ...changed }));
        const { token } = (await response.json()) as { token: string };
        expect(await (await call('/v1/identity', token)).json()).toMatchObject({
          workspace: 'acme',
          trustClass,
        });
      });

      it('of no event of the README reaches what main reads, although each writes first', async () => {
        const ofMain = await exchange(await signToken(claims));
        const { token: main } = (await ofMain.json()) as { token: string };
        const rows = eventTable();
        expect(rows.length).toBeGreaterThan(20);
        const crossings: string[] = [];
        for (const { title, claims: own, trustClass } of rows) {
          const job = (await (await exchange(await signToken({ ...claims, ...own }))).json()) as {
            token: string;
            trustClass: string;
          };
          expect([title, job.trustClass]).toEqual([title, trustClass]);
          const hash = newHash();
          expect((await put(hash, job.token, `of ${title}`)).status).toBe(200);
          const isFound = (await call(`/v1/cache/${hash}`, main)).status === 200;
          if (isFound !== (trustClass === 'trusted')) crossings.push(title);
        }
        expect(crossings).toEqual([]);
      });

      it('is refused after the name of the repository was taken over', async () => {
        expect((await exchange(await signToken(claims))).status).toBe(200);
        for (const id of ['75', undefined]) {
          const response = await exchange(await signToken({ ...claims, repository_id: id }));
          expect(response.status).toBe(403);
          expect(((await response.json()) as { message: string }).message).toContain('and had 74 before');
        }
        expect((await exchange(await signToken(claims))).status).toBe(200);
      });

      it('and every refusal is logged with its reason, never with a token', async () => {
        logged.length = 0;
        const jobToken = await signToken(claims);
        await exchange(jobToken);
        await exchange(await signToken({ ...claims, repository: 'evil/shop' }));
        await call('/v1/tokens', await tokenOf('pr:5'), { method: 'POST', body: '{}' });
        await put(newHash(), await tokenOf('pr:5', ['cache:read']), 'x');
        await call('/v1/cache/1', 'unknown');
        const text = logged.join('');
        expect(text).toContain('push on refs/heads/main by .github/workflows/ci.yml');
        expect(text).toContain('the job belongs to the repository evil/shop');
        expect(text).toContain('"scope":"cache:write","reason":"no scope"');
        expect(text).toContain('"reason":"unknown token"');
        expect(text).toContain('a token is created');
        expect(text).not.toContain('mwt_');
        expect(text).not.toContain(jobToken);
      });

      it.each([
        ['another repository', { repository: 'evil/shop' }, 'evil/shop'],
        ['another audience', { aud: 'someone-else' }, 'aud'],
      ])('is refused for %s', async (_, changed, reason) => {
        const response = await exchange(await signToken({ ...claims, ...changed }));
        expect(response.status).toBe(403);
        expect(((await response.json()) as { message: string }).message).toContain(reason);
      });

      it('is refused for another workspace, and for a token with a changed claim', async () => {
        const token = await signToken(claims);
        expect((await exchange(token, 'other')).status).toBe(403);
        const [header, , signature] = token.split('.');
        const forged = Buffer.from(JSON.stringify({ ...claims, iss: 'x' })).toString('base64url');
        expect((await exchange(`${header}.${forged}.${signature}`)).status).toBe(403);
      });
    });
  });
