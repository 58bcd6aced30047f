import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.js';
import { doubts } from '../client/version.js';
import { isLoopback } from './check-server.js';

const token = 'a-long-enough-token';
/** A server that was built with the feature `no_auth`. */
const open = (request: Request) =>
  Promise.resolve(
    request.url.endsWith('/version') ? new Response('CE v1.713.1') : Response.json({ super_admin: true }),
  );

it.each(['http://windmill.example.org', 'http://10.0.0.1:8000'])(
  'an engine refuses a server at %s that needs no token',
  async (baseUrl) => {
    const engine = createEngine({ mode: 'attach', baseUrl, token }, { fetch: open });
    await expect(engine.start()).rejects.toMatchObject({ code: 'SERVER_UNPROTECTED' });
  },
);

it('an engine accepts such a server on this machine', async () => {
  const engine = createEngine({ mode: 'attach', baseUrl: 'http://127.0.0.1:8000', token }, { fetch: open });
  expect((await engine.start()).version).toBe('CE v1.713.1');
});

it.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['[::1]', true],
  ['128.0.0.1', false],
  ['localhost.example.org', false],
])('tells that %s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('the version', () => {
  it.each(['CE v1.533.1', 'EE v1.713.1-2-gabcdef0'])('%s raises no doubts', (version) => {
    expect(doubts(version)).toEqual([]);
  });
  it.each(['CE 8964896c1', 'unknown-version', ''])(
    '%j raises doubts: such a server accepts no job',
    (version) => {
      expect(doubts(version)).toHaveLength(1);
    },
  );
});

it('an engine starts on a server of an unknown version, and warns of it', async () => {
  const fetch = (request: Request) =>
    Promise.resolve(
      request.url.endsWith('/version') ? new Response('CE 8964896c1') : Response.json({ super_admin: true }),
    );
  const engine = createEngine({ mode: 'attach', baseUrl: 'http://127.0.0.1:8000', token }, { fetch });
  expect(await engine.start()).toMatchObject({
    version: 'CE 8964896c1',
    warnings: [expect.stringContaining('`CE 8964896c1`') as string],
  });
});
