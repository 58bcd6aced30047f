import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readToken, tokenSource } from './identity-token.js';
import { identityToken } from './sigstore.spec.helper.js';

describe('finds', () => {
  it.each([
    [
      'the token of GitLab',
      { SIGSTORE_ID_TOKEN: 'a.b.c', GITLAB_CI: 'true' },
      { kind: 'text', token: 'a.b.c' },
    ],
    [
      'the token service of GitHub',
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' },
      { kind: 'github', url: 'https://x', authorization: 't' },
    ],
  ])('%s', (_, env, source) => {
    expect(tokenSource(env)).toMatchObject(source);
  });
});

describe('without an identity, says what is missing', () => {
  it.each([
    ['on GitHub', { GITHUB_ACTIONS: 'true' }, 'the job is not allowed to request', 'id-token: write'],
    ['on GitLab', { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: '' }, 'SIGSTORE_ID_TOKEN', 'id_tokens'],
    [
      'elsewhere',
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' },
      'neither SIGSTORE_ID_TOKEN',
      'sign with a key',
    ],
  ])('%s', (_, env, why, remedy) => {
    expect(() => tokenSource(env)).toThrow(
      expect.objectContaining({
        code: 'SIGNING_IDENTITY_MISSING',
        why: expect.stringContaining(why) as string,
        remedy: expect.stringContaining(remedy) as string,
      }),
    );
  });
});

describe('rejects a token that', () => {
  it.each([
    ['is none', 'secret', 'it is not a JSON Web Token'],
    ['has no JSON', 'secret.secret.secret', 'it is not a JSON Web Token'],
    ['names nobody', identityToken({ sub: '' }), 'it names no subject'],
    ['has expired', identityToken({ exp: 1 }), 'it expired at 1970-01-01T00:00:01.000Z'],
    [
      'has an address that is not verified',
      identityToken({ email: 'a@b' }),
      'its e-mail address is not verified',
    ],
  ])('%s, without printing it', async (_, token, why) => {
    const reading = readToken({ kind: 'text', token, name: 'token.txt' });
    await expect(reading).rejects.toMatchObject({ code: 'SIGNING_IDENTITY_INVALID', why });
    await expect(reading).rejects.not.toThrow(token);
  });
});

describe('GitHub', () => {
  async function ask(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api=1`;
    try {
      return await readToken({ kind: 'github', url, authorization: 'secret' });
    } finally {
      server.close();
    }
  }

  it('gives a token for the audience sigstore', async () => {
    const token = identityToken();
    const given = await ask((request, response) => {
      expect(request.url).toBe('/token?api=1&audience=sigstore');
      expect(request.headers.authorization).toBe('Bearer secret');
      response.end(JSON.stringify({ value: token }));
    });
    expect(given).toBe(token);
  });

  it.each<[title: string, answer: RequestListener, why: string]>([
    ['an error', (_, response) => response.writeHead(403).end('secret'), 'the service answered 403'],
    ['no token', (_, response) => response.end('{}'), 'the answer has no token'],
  ])('that answers with %s is an error', async (_, answer, why) => {
    await expect(ask(answer)).rejects.toMatchObject({ code: 'SIGNING_SERVICE_FAILED', why });
  });
});
