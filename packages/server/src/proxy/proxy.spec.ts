import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskLabel } from '../cache/task-label.js';
import { publicKeyOf, signEntry } from '../identity/signing-key.js';
import { type CacheProxy, startProxy } from './proxy.js';
import type { Session } from './session.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-proxy-'));
const { privateKey } = generateKeyPairSync('ed25519');
const content = Buffer.from('an entry');
const digest = createHash('sha256').update(content).digest('hex');
const entry = { workspace: 'shop', trustClass: 'pr:1', hash: '7', digest };
let server: Server;
let proxy: CacheProxy;
let answer: RequestListener;
let asked: number;
let warnings: string[];
let renewed: number;
let task: TaskLabel | undefined;

beforeEach(async () => {
  asked = 0;
  warnings = [];
  renewed = 0;
  task = undefined;
  server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await start(60_000);
});
afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function start(milliseconds: number, changed: Partial<Session> = {}): Promise<void> {
  const session: Session = {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'of-the-server',
    workspace: 'shop',
    trustClass: 'pr:1',
    publicKey: publicKeyOf(privateKey),
    canWrite: true,
    renewAt: undefined,
    ...changed,
  };
  const renew = () => {
    renewed += 1;
    return Promise.resolve({ ...session, token: 'of-the-renewed-session', renewAt: undefined });
  };
  const tasks = { find: () => task, close: () => undefined };
  proxy = await startProxy(session, {
    folder,
    milliseconds,
    warn: (reason) => warnings.push(reason),
    renew,
    tasks,
  });
}

const send = (method: string, token = proxy.token, body?: string, hash = '7') =>
  fetch(`${proxy.url}/v1/cache/${hash}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
  });
const serving =
  (signed: typeof entry, bytes = content): RequestListener =>
  (_request, response) => {
    response.setHeader('millwright-trust-class', signed.trustClass);
    response.setHeader('millwright-signature', signEntry(privateKey, signed));
    response.end(bytes);
  };

it.each(['pr:1', 'trusted'])(
  'passes on an entry that the server signed for the class %s',
  async (trustClass) => {
    answer = serving({ ...entry, trustClass });
    const response = await send('GET');
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content);
    expect(proxy.statistics).toMatchObject({ hits: 1, misses: 0, receivedBytes: content.length });
    expect(warnings).toEqual([]);
  },
);

it.each([
  ['of a known task', { project: 'käse', target: 'build' }, ['k%C3%A4se', 'build']],
  ['of an unknown task', undefined, [undefined, undefined]],
])('names the task in requests %s', async (_, label, expected) => {
  task = label;
  const found: unknown[] = [];
  answer = ({ headers }, response) => {
    found.push([headers['millwright-project'], headers['millwright-target']]);
    response.writeHead(404).end();
  };
  await send('GET');
  await send('PUT', undefined, 'x');
  expect(found).toEqual([expected, expected]);
});

it('serves equal entries to several tasks at once', async () => {
  answer = (request, response) => {
    const hash = request.url?.split('/').at(-1) ?? '';
    serving({ ...entry, hash })(request, response);
  };
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, hash) => {
      const response = await send('GET', proxy.token, undefined, String(hash));
      return (await response.text()) === String(content) ? response.status : 0;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
});

describe('a read is a miss with one warning', () => {
  it.each<[string, RequestListener, string]>([
    ['for content that is not what was signed', serving(entry, Buffer.from('evil')), 'valid signature'],
    ['for an entry of another hash', serving({ ...entry, hash: '8' }), 'valid signature'],
    ['for an entry of another workspace', serving({ ...entry, workspace: 'x' }), 'valid signature'],
    [
      'for an entry of a class that this job may not read',
      serving({ ...entry, trustClass: 'pr:2' }),
      'valid signature',
    ],
    ['without a signature', (_, response) => response.end(content), 'valid signature'],
    ['if the server answers 500', (_, response) => response.writeHead(500).end(), 'answers 500'],
    ['if the server answers 401', (_, response) => response.writeHead(401).end(), 'answers 401'],
    ['if the server closes the connection', ({ socket }) => socket.destroy(), 'other side closed'],
    [
      'if the content is cut off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy());
      },
      '',
    ],
  ])('%s', async (_, listener, reason) => {
    answer = listener;
    for (let request = 0; request < 2; request += 1) expect((await send('GET')).status).toBe(404);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });
});

it.each<[string, RequestListener]>([
  ['never answers', () => undefined],
  [
    'never ends its answer',
    (_, response) => {
      response.writeHead(200).write('x');
    },
  ],
])('gives up on a server that %s', async (_, listener) => {
  await proxy.close();
  await start(200);
  answer = listener;
  expect((await send('GET')).status).toBe(404);
  expect((await send('PUT', undefined, 'x')).status).toBe(403);
  expect(warnings).not.toEqual([]);
});

describe('a write', () => {
  const answering =
    (status: number, text = ''): RequestListener =>
    (request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(text));
    };

  it.each([
    [200, { stored: 1, refused: 0 }],
    [409, { stored: 0, refused: 0 }],
  ])('that the server answers with %d is answered so', async (status, statistics) => {
    answer = answering(status);
    expect((await send('PUT', undefined, 'x'.repeat(100_000))).status).toBe(status);
    expect(proxy.statistics).toMatchObject({ ...statistics, failed: 0 });
    expect(warnings).toEqual([]);
  });

  it.each([
    [403, '{"message": "it has a twice"}', 'a result is not stored: it has a twice'],
    [
      413,
      '<html>',
      'a result is not stored: the answer is 413; a proxy before the server limits the size of requests',
    ],
    [411, '', 'a result is not stored: the answer is 411'],
  ])('that is refused with %d is no failure, and its reason is shown once', async (status, text, reason) => {
    answer = answering(status, text);
    for (let write = 0; write < 4; write += 1) expect((await send('PUT', undefined, 'x')).status).toBe(403);
    expect(proxy.statistics).toMatchObject({ stored: 0, refused: 4, failed: 0 });
    expect(warnings).toEqual([reason]);
    answer = serving(entry);
    expect((await send('GET')).status).toBe(200);
  });

  it('has the length that Nx sent', async () => {
    let length: string | undefined;
    answer = (request, response) => {
      length = request.headers['content-length'];
      answering(200)(request, response);
    };
    await send('PUT', undefined, 'x'.repeat(1234));
    expect(length).toBe('1234');
  });

  it('is not sent with a token that may only read', async () => {
    await proxy.close();
    await start(60_000, { canWrite: false });
    expect((await send('PUT', undefined, 'x'.repeat(100_000))).status).toBe(403);
    expect({ asked, warnings }).toEqual({ asked: 0, warnings: [] });
  });

  it.each<[string, RequestListener]>([
    ['answers 500', (_, response) => response.writeHead(500).end()],
    ['closes the connection', ({ socket }) => socket.destroy()],
  ])('is not stored if the server %s, and fails nothing', async (_, listener) => {
    answer = listener;
    expect((await send('PUT', undefined, 'x'.repeat(100_000))).status).toBe(403);
    expect(warnings).toHaveLength(1);
  });
});

it('does not ask a server again that failed three times', async () => {
  answer = (_, response) => response.writeHead(500).end();
  for (let request = 0; request < 5; request += 1) expect((await send('GET')).status).toBe(404);
  expect((await send('PUT', undefined, 'x')).status).toBe(403);
  expect(asked).toBe(3);
});

it('serves only who has its token', async () => {
  answer = serving(entry);
  expect((await send('GET', 'of-the-server')).status).toBe(401);
  expect(asked).toBe(0);
});

it('renews its session once before the token of a CI job expires', async () => {
  await proxy.close();
  await start(60_000, { renewAt: Date.now() });
  const tokens = new Set<string | undefined>();
  answer = (request, response) => {
    tokens.add(request.headers.authorization);
    serving(entry)(request, response);
  };
  await Promise.all(Array.from({ length: 5 }, () => send('GET')));
  expect(renewed).toBe(1);
  expect([...tokens]).toEqual(['Bearer of-the-renewed-session']);
});

describe('the objects of compilers', () => {
  const key = 'go/ab';
  const ask = (method: string, path: string, token = proxy.token, body?: string) =>
    fetch(`${proxy.url}/v1/compilers/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });

  it.each<[string, typeof entry, number]>([
    ['of trusted jobs', { ...entry, hash: key, trustClass: 'trusted' }, 200],
    ['of another pull request', { ...entry, hash: key, trustClass: 'pr:2' }, 404],
    ['with the signature of another object', { ...entry, hash: 'go/cd' }, 404],
    ['with the signature of a result of Nx', { ...entry, hash: 'ab' }, 404],
    ['with other content', { ...entry, hash: key, digest: '0'.repeat(64) }, 404],
  ])('%s are answered with %i', async (_, signed, status) => {
    answer = serving(signed);
    expect((await ask('GET', key)).status).toBe(status);
    expect(proxy.statistics.compilers).toMatchObject(status === 200 ? { hits: 1 } : { misses: 0 });
  });

  it('are not written by a pull request, which does not ask the server', async () => {
    for (const path of ['go/ab', 'sccache/.sccache_check'])
      expect((await ask('PUT', path, proxy.token, 'poison')).status).toBe(403);
    expect(asked).toBe(0);
  });

  it('let sccache start while the server is gone', async () => {
    server.closeAllConnections();
    server.close();
    expect((await ask('GET', 'sccache/.sccache_check')).status).toBe(404);
    expect((await ask('PROPFIND', 'sccache/')).status).toBe(207);
    expect((await ask('GET', 'sccache/0/1/2/012')).status).toBe(404);
    expect(proxy.statistics.failed).toBe(1);
  });

  it('are for this run alone', async () => {
    for (const method of ['GET', 'PUT', 'PROPFIND'])
      expect((await ask(method, key, 'of-another-user')).status).toBe(401);
    expect(asked).toBe(0);
  });
});
