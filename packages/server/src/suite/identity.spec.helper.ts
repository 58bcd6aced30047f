import { describe, expect, it } from 'vitest';
import { eventTable } from '../identity/event-table.spec.helper.js';
import type { Fixture } from './fixture.spec.helper.js';

/** Tokens of people, and those that CI jobs get for their OIDC token. */
export function describeIdentity(fixture: Fixture): void {
  describe('tokens', () => {
    const request = { name: 'x', workspace: 'acme', trustClass: 'trusted', scopes: ['cache:read'] };
    const create = async (more: object = {}) =>
      (await (await fixture.ask('/v1/tokens', 'POST', { ...request, ...more })).json()) as {
        id: string;
        token: string;
      };

    it('are refused after they were revoked', async () => {
      const { id, token } = await create();
      expect((await fixture.call('/v1/identity', token)).status).toBe(200);
      expect((await fixture.ask(`/v1/tokens/${id}`, 'DELETE')).status).toBe(204);
      expect((await fixture.call('/v1/identity', token)).status).toBe(401);
    });

    it('are refused after they expired, and the list says when one was used', async () => {
      const expired = await create({ days: 1e-9 });
      expect((await fixture.call('/v1/identity', expired.token)).status).toBe(401);
      const { id, token } = await create({ days: 1 });
      const lastUsed = async () => {
        const tokens: unknown = await (await fixture.ask('/v1/tokens')).json();
        return (tokens as { id: string; lastUsedAt: string | null }[]).find((one) => one.id === id)
          ?.lastUsedAt;
      };
      expect(await lastUsed()).toBeNull();
      expect((await fixture.call('/v1/identity', token)).status).toBe(200);
      expect(await lastUsed()).toEqual(expect.any(String));
    });

    it('are created only by an administrator', async () => {
      const init = { method: 'POST', body: JSON.stringify({ ...request, scopes: ['admin'] }) };
      expect((await fixture.call('/v1/tokens', await fixture.tokenOf('pr:3'), init)).status).toBe(403);
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
      run_id: '1001',
    };
    const exchange = async (changed: object = {}) =>
      fixture.exchange(await fixture.signToken({ ...claims, ...changed }));

    it('of no event of the README reaches what main reads, although each writes first', async () => {
      const { token: main } = (await (await exchange()).json()) as { token: string };
      const rows = eventTable();
      expect(rows.length).toBeGreaterThan(20);
      const crossings: string[] = [];
      for (const { title, claims: own, trustClass } of rows) {
        const { token } = (await (await exchange(own)).json()) as { token: string };
        const identity: unknown = await (await fixture.call('/v1/identity', token)).json();
        expect(identity, title).toMatchObject({ workspace: 'acme', trustClass });
        const hash = fixture.newHash();
        expect((await fixture.put(hash, token, `of ${title}`)).status).toBe(200);
        const isFound = (await fixture.call(`/v1/cache/${hash}`, main)).status === 200;
        if (isFound !== (trustClass === 'trusted')) crossings.push(title);
      }
      expect(crossings).toEqual([]);
    });

    it('gives a run tokens that are revoked together with its entries', async () => {
      const { token } = (await (await exchange({ run_id: '2002' })).json()) as { token: string };
      const hash = fixture.newHash();
      await fixture.put(hash, token, 'of a malicious run');
      const which = { workspace: 'acme', run: '2002' };
      expect(await (await fixture.ask('/v1/cache-revocations', 'POST', which)).json()).toEqual({
        revoked: 1,
        classes: [{ trustClass: 'trusted', entries: 1 }],
        tokens: 1,
      });
      expect((await fixture.put(hash, token, 'again')).status).toBe(401);
    });

    it('is refused after the name of the repository was taken over', async () => {
      expect((await exchange()).status).toBe(200);
      for (const id of ['75', undefined]) {
        const response = await exchange({ repository_id: id });
        expect(response.status).toBe(403);
        expect(((await response.json()) as { message: string }).message).toContain('and had 74 before');
      }
      expect((await exchange()).status).toBe(200);
    });

    it('and every refusal is logged with its reason, never with a token', async () => {
      fixture.logged.length = 0;
      const jobToken = await fixture.signToken(claims);
      await fixture.exchange(jobToken);
      await exchange({ repository: 'evil/shop' });
      await fixture.call('/v1/tokens', await fixture.tokenOf('pr:5'), { method: 'POST', body: '{}' });
      await fixture.put(fixture.newHash(), await fixture.tokenOf('pr:5', { scopes: ['cache:read'] }), 'x');
      await fixture.call('/v1/cache/1', 'unknown');
      const text = fixture.logged.join('');
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
      const response = await exchange(changed);
      expect(response.status).toBe(403);
      expect(((await response.json()) as { message: string }).message).toContain(reason);
    });

    it('is refused for another workspace, and for a token with a changed claim', async () => {
      const token = await fixture.signToken(claims);
      expect((await fixture.exchange(token, 'other')).status).toBe(403);
      const [header, , signature] = token.split('.');
      const forged = Buffer.from(JSON.stringify({ ...claims, iss: 'x' })).toString('base64url');
      expect((await fixture.exchange(`${header ?? ''}.${forged}.${signature ?? ''}`)).status).toBe(403);
    });
  });
}
