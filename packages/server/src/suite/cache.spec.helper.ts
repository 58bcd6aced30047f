import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { archive, result } from '../cache/archive.spec.helper.js';
import { isSignedEntry } from '../identity/signing-key.js';
import { openBlobs } from '../open.js';
import type { Fixture } from './fixture.spec.helper.js';

/** What Nx and people do with the cache. */
export function describeCache(fixture: Fixture): void {
  describe('the cache', () => {
    it('returns what was stored, and never replaces it', async () => {
      const token = await fixture.tokenOf('trusted');
      const hash = fixture.newHash();
      expect((await fixture.call(`/v1/cache/${hash}`, token)).status).toBe(404);
      expect((await fixture.put(hash, token, 'first')).status).toBe(200);
      expect((await fixture.put(hash, token, 'second')).status).toBe(409);
      const response = await fixture.call(`/v1/cache/${hash}`, token);
      expect(response.status).toBe(200);
      const stored = Buffer.from(await response.arrayBuffer());
      const sent = await archive([...result, { name: 'artifacts/app', content: 'first' }]);
      expect(stored.equals(sent)).toBe(true);
    });

    it('of each class is read by the class alone, and that of trusted jobs by all, whoever writes first', async () => {
      const classes = ['trusted', 'pr:1', 'pr:2', 'branch:refs/heads/main', 'dev:ada'];
      const tokens = new Map<string, string>();
      for (const one of classes) tokens.set(one, await fixture.tokenOf(one));
      for (const writer of classes)
        for (const reader of classes.filter((one) => one !== writer)) {
          const hash = fixture.newHash();
          const [writing = '', reading = ''] = [tokens.get(writer), tokens.get(reader)];
          const title = `${writer} before ${reader}`;
          expect((await fixture.put(hash, writing, 'of the writer')).status, title).toBe(200);
          const first = await fixture.call(`/v1/cache/${hash}`, reading);
          expect(first.status, title).toBe(writer === 'trusted' ? 200 : 404);
          expect((await fixture.put(hash, reading, 'of the reader')).status, title).toBe(200);
          const found = await fixture.call(`/v1/cache/${hash}`, reading);
          expect(found.headers.get('millwright-trust-class'), title).toBe(reader);
        }
    });

    it('keeps workspaces apart', async () => {
      const hash = fixture.newHash();
      await fixture.put(hash, await fixture.tokenOf('trusted'), 'x');
      const other = await fixture.tokenOf('trusted', { workspace: 'other' });
      expect((await fixture.call(`/v1/cache/${hash}`, other)).status).toBe(404);
    });

    it('stores one of 20 racing writers', async () => {
      const hash = fixture.newHash();
      const token = await fixture.tokenOf('trusted');
      const statuses = await Promise.all(
        Array.from(
          { length: 20 },
          async (_, index) => (await fixture.put(hash, token, `writer ${index}`)).status,
        ),
      );
      expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    });

    it('keeps 20 racing writers of different classes apart', async () => {
      const hash = fixture.newHash();
      const classes = Array.from({ length: 20 }, (_, index) =>
        index === 0 ? 'trusted' : `pr:${100 + index}`,
      );
      const writers = await Promise.all(classes.map((one) => fixture.tokenOf(one)));
      const statuses = await Promise.all(
        writers.map(async (token, index) => (await fixture.put(hash, token, `writer ${index}`)).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      const found = await Promise.all(
        writers.map(async (token) =>
          (await fixture.call(`/v1/cache/${hash}`, token)).headers.get('millwright-trust-class'),
        ),
      );
      expect(found).toEqual(classes);
    });

    it('refuses what Nx did not write with a status that Nx accepts', async () => {
      const token = await fixture.tokenOf('trusted');
      const init = { method: 'PUT', body: new Uint8Array([1, 2, 3]) };
      const response = await fixture.call(`/v1/cache/${fixture.newHash()}`, token, init);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'CACHE_ENTRY_REFUSED' });
    });

    it.each([
      ['no token', undefined],
      ['an unknown token', 'mwt_unknown'],
    ])('answers 401 to %s, with the type without which Nx does not show the reason', async (_, token) => {
      for (const method of ['GET', 'PUT']) {
        const response = await fixture.call('/v1/cache/1', token, { method });
        expect(response.status).toBe(401);
        expect(response.headers.get('content-type')).toBe('text/plain');
        expect(await response.text()).toContain('millwright token create');
      }
    });

    it('answers 403 to a token that may only read, or only write', async () => {
      const [reading, writing] = [
        await fixture.tokenOf('trusted', { scopes: ['cache:read'] }),
        await fixture.tokenOf('trusted', { scopes: ['cache:write'] }),
      ];
      expect((await fixture.put(fixture.newHash(), reading, 'x')).status).toBe(403);
      expect((await fixture.call('/v1/cache/1', writing)).status).toBe(403);
    });

    it('says who wrote an entry, and does not serve it after it was revoked', async () => {
      const token = await fixture.tokenOf('pr:9');
      const hash = fixture.newHash();
      await fixture.put(hash, token, 'poison');
      const entry = { workspace: 'acme', hash, trustClass: 'pr:9', writer: 'pr:9', revokedAt: null };
      for (const reader of [token, fixture.server.adminToken])
        expect(await (await fixture.call(`/v1/cache-entries/${hash}`, reader)).json()).toMatchObject([entry]);
      const which = { workspace: 'acme', trustClass: 'pr:9' };
      const revoked = { revoked: 1, classes: [{ trustClass: 'pr:9', entries: 1 }], tokens: 0 };
      const trial = await fixture.ask('/v1/cache-revocations', 'POST', { ...which, dryRun: true });
      expect(await trial.json()).toEqual(revoked);
      expect((await fixture.call(`/v1/cache/${hash}`, token)).status).toBe(200);
      expect(await (await fixture.ask('/v1/cache-revocations', 'POST', which)).json()).toEqual(revoked);
      expect((await fixture.call(`/v1/cache/${hash}`, token)).status).toBe(404);
      expect((await fixture.put(hash, token, 'clean')).status).toBe(200);
    });

    it('shows a token its own workspace alone', async () => {
      const other = await fixture.tokenOf('trusted', { workspace: 'other' });
      for (const path of ['/v1/cache-statistics', '/v1/cache-entries/1']) {
        const response = await fixture.call(`${path}?workspace=acme`, other);
        expect(response.status).toBe(403);
        expect(((await response.json()) as { message: string }).message).toBe(
          'the token belongs to the workspace other, not to acme',
        );
        expect((await fixture.call(`${path}?workspace=other`, other)).status).toBe(200);
      }
    });

    it('takes an entry whose archive was lost for a miss, and stores it anew', async () => {
      const token = await fixture.tokenOf('trusted');
      const hash = fixture.newHash();
      await fixture.put(hash, token, 'lost');
      const digest = (await fixture.call(`/v1/cache/${hash}`, token)).headers.get('millwright-digest') ?? '';
      await (await openBlobs(fixture.config)).remove(digest);
      expect((await fixture.call(`/v1/cache/${hash}`, token)).status).toBe(404);
      expect((await fixture.put(hash, token, 'again')).status).toBe(200);
    });

    it('stores an archive of several mebibytes, and none that is cut off before its length', async () => {
      const token = await fixture.tokenOf('trusted');
      const large = await archive([...result, { name: 'artifacts/app', content: randomBytes(3 * 2 ** 20) }]);
      const hash = fixture.newHash();
      const init = { method: 'PUT', body: new Uint8Array(large) };
      expect((await fixture.call(`/v1/cache/${hash}`, token, init)).status).toBe(200);
      const cut = fixture.newHash();
      const socket = connect(Number(new URL(fixture.server.url).port), '127.0.0.1');
      socket.write(
        `PUT /v1/cache/${cut} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: ${large.length}\r\n\r\n`,
      );
      socket.end(large.subarray(0, large.length - 1000));
      await new Promise((resolve) => socket.resume().once('close', resolve));
      expect((await fixture.call(`/v1/cache/${cut}`, token)).status).toBe(404);
      expect((await fixture.put(cut, token, 'whole')).status).toBe(200);
    });

    it('signs each entry with its class and content', async () => {
      const token = await fixture.tokenOf('trusted');
      const hash = fixture.newHash();
      await fixture.put(hash, token, 'signed');
      const { publicKey } = (await (await fixture.call('/v1/identity', token)).json()) as {
        publicKey: string;
      };
      const { headers } = await fixture.call(`/v1/cache/${hash}`, token);
      const digest = headers.get('millwright-digest') ?? '';
      const entry = { workspace: 'acme', trustClass: 'trusted', hash, digest };
      const signature = headers.get('millwright-signature') ?? '';
      expect(isSignedEntry(publicKey, entry, signature)).toBe(true);
      expect(isSignedEntry(publicKey, { ...entry, trustClass: 'pr:1' }, signature)).toBe(false);
    });
  });
}
