import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedEntry } from '../identity/signing-key.js';
import type { Fixture } from './fixture.spec.helper.js';

/** What sccache and Go do with the cache, and what an attacker would. */
export function describeCompilers(fixture: Fixture): void {
  let count = 0;
  const newObject = () => {
    const name = createHash('sha256').update(String(count++)).digest('hex');
    return `sccache/${name[0]}/${name[1]}/${name[2]}/${name}`;
  };
  const ask = (method: string, path: string, token: string, body?: string) =>
    fetch(`${fixture.server.url}/v1/compilers/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      ...(body === undefined ? {} : { body }),
    });
  const textOf = async (path: string, token: string) => {
    const response = await ask('GET', path, token);
    return response.status === 200 ? response.text() : response.status;
  };

  describe('the objects of compilers', () => {
    it.each([newObject(), `go/${'ab'.repeat(32)}`])('return what was stored, signed: %s', async (key) => {
      const token = await fixture.tokenOf('trusted');
      expect(await textOf(key, token)).toBe(404);
      expect((await ask('PUT', key, token, 'first')).status).toBe(201);
      // sccache counts other answers as errors, although the object is there.
      expect((await ask('PUT', key, token, 'second')).status).toBe(204);
      const response = await ask('GET', key, token);
      const signature = response.headers.get('millwright-signature') ?? '';
      expect(await response.text()).toBe('first');
      const { publicKey } = (await (await fixture.call('/v1/identity', token)).json()) as {
        publicKey: string;
      };
      const digest = createHash('sha256').update('first').digest('hex');
      const entry = { workspace: 'acme', trustClass: 'trusted', hash: key, digest };
      expect(isSignedEntry(publicKey, entry, signature)).toBe(true);
    });

    it('of each class are read by the class alone, and those of trusted jobs by all, whoever writes first', async () => {
      const classes = [
        'trusted',
        'branch:refs/heads/main',
        'dev:compilers',
        'dev:other-compilers',
        'pr:1',
        'pr:2',
      ];
      const tokens = new Map<string, string>();
      for (const one of classes) tokens.set(one, await fixture.tokenOf(one));
      for (const writer of classes)
        for (const reader of classes.filter((one) => one !== writer)) {
          const [key, writing = '', reading = ''] = [newObject(), tokens.get(writer), tokens.get(reader)];
          const title = `${writer} before ${reader}`;
          const isPullRequest = writer.startsWith('pr:');
          expect((await ask('PUT', key, writing, 'poison')).status, title).toBe(isPullRequest ? 403 : 201);
          expect(await textOf(key, reading), title).toBe(writer === 'trusted' ? 'poison' : 404);
          if (reader.startsWith('pr:')) continue;
          expect((await ask('PUT', key, reading, 'own')).status, title).toBe(201);
          expect(await textOf(key, reading), title).toBe('own');
        }
    });

    it('and results of Nx are never served as each other', async () => {
      const token = await fixture.tokenOf('trusted');
      const hash = fixture.newHash();
      expect((await fixture.put(hash, token, 'of Nx')).status).toBe(200);
      expect(await textOf(`go/${hash}`, token)).toBe(404);
      expect(await textOf(hash, token)).toBe(404);
      const key = `go/${fixture.newHash()}`;
      expect((await ask('PUT', key, token, 'an object')).status).toBe(201);
      for (const path of [key.slice(3), encodeURIComponent(key)])
        expect((await fixture.call(`/v1/cache/${path}`, token)).status, path).toBe(404);
    });

    it('keep workspaces apart', async () => {
      const key = newObject();
      await ask('PUT', key, await fixture.tokenOf('trusted'), 'x');
      expect(await textOf(key, await fixture.tokenOf('trusted', { workspace: 'other' }))).toBe(404);
    });

    it('are revoked like results of Nx, and described by the same command', async () => {
      const key = newObject();
      const token = await fixture.tokenOf('trusted');
      await ask('PUT', key, token, 'bad');
      const described = await fixture.ask(`/v1/cache-entries/${encodeURIComponent(key)}`);
      expect(await described.json()).toMatchObject([{ hash: key, trustClass: 'trusted' }]);
      await fixture.ask('/v1/cache-revocations', 'POST', { workspace: 'acme', hash: key });
      expect(await textOf(key, token)).toBe(404);
      expect((await ask('PUT', key, token, 'good')).status).toBe(201);
      expect(await textOf(key, token)).toBe('good');
    });

    it.each([
      ['a pull request', 'pr:7', ['cache:read', 'cache:write']],
      ['a token that only reads', 'dev:compilers', ['cache:read']],
    ])('tell sccache at its start that %s only reads', async (_, trustClass, scopes) => {
      const token = await fixture.tokenOf(trustClass, { scopes });
      expect((await ask('GET', 'sccache/.sccache_check', token)).status).toBe(404);
      expect((await ask('PROPFIND', 'sccache/', token)).status).toBe(207);
      expect((await ask('PUT', 'sccache/.sccache_check', token, 'Hello, World!')).status).toBe(403);
    });

    it('let sccache write after its probe, which stores nothing', async () => {
      const token = await fixture.tokenOf('dev:compilers');
      expect((await ask('PUT', 'sccache/team/.sccache_check', token, 'Hello, World!')).status).toBe(201);
      expect((await ask('GET', 'sccache/team/.sccache_check', token)).status).toBe(404);
      const folder = await ask('PROPFIND', 'sccache/0/1/2/', token);
      expect([folder.status, await folder.text()]).toEqual([
        207,
        expect.stringContaining('<D:href>/v1/compilers/sccache/0/1/2/</D:href>'),
      ]);
      expect((await ask('MKCOL', 'sccache/0/1/2/', token)).status).toBe(201);
    });

    it.each([
      'rust/a',
      'go',
      'go/',
      'go//a',
      'go/%2e%2e/a',
      'go/a%2fb',
      'go/a%00',
      'go/a b',
      `go/${'a'.repeat(101)}`,
    ])('have no name %j', async (path) => {
      const token = await fixture.tokenOf('trusted');
      expect((await ask('GET', path, token)).status).toBe(404);
      expect([403, 404]).toContain((await ask('PUT', path, token, 'x')).status);
    });

    it('are refused without a known token', async () => {
      for (const method of ['GET', 'PUT', 'PROPFIND', 'MKCOL'])
        expect((await ask(method, 'go/aa', 'mwt_unknown', method === 'PUT' ? 'x' : undefined)).status).toBe(
          401,
        );
    });
  });
}
