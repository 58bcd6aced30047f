import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, result } from '../cache/archive.spec.helper.js';
import { serverConfigSchema } from '../config/schema.js';
import { prepareDatabase } from '../database/embedded.spec.helper.js';
import { type RunningServer, serve } from '../serve.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-hostile-'));
const maxEntryBytes = 100_000;
const prBytes = 20_000;
let server: RunningServer;
let token: string;

beforeAll(async () => {
  const config = { data: folder, port: 0, maxEntryBytes, requestSeconds: 1, quotaBytes: { pr: prBytes } };
  await prepareDatabase(folder);
  server = await serve(serverConfigSchema.parse(config));
  token = await tokenOf('trusted');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function tokenOf(trustClass: string): Promise<string> {
  const request = { name: 'x', workspace: 'shop', trustClass, scopes: ['cache:read', 'cache:write'] };
  const response = await fetch(`${server.url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return ((await response.json()) as { token: string }).token;
}

/** Sends bytes, and returns what the server answers until it or the client ends the connection. */
async function send(parts: readonly (string | Buffer)[], end = true): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    resolve(answer);
  });
  for (const part of parts) socket.write(part);
  if (end) socket.end();
  return promise;
}

const statuses = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
const head = (line: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, 'host: x', `authorization: Bearer ${token}`, ...headers, '', ''].join('\r\n');
const exists = async (hash: string) =>
  statuses(await send([head(`GET /v1/cache/${hash}`, 'connection: close')]))[0];
const incoming = () => readdirSync(join(folder, 'incoming'));

describe('a name that is no hash is a miss, and not stored', () => {
  it.each([
    '../../../../etc/passwd',
    '..%2f..%2fdatabase%2fPG_VERSION',
    '%2e%2e',
    'a%00b',
    'a/b',
    'a%2fb',
    'a'.repeat(200),
    '',
  ])('%j', async (name) => {
    expect(statuses(await send([head(`GET /v1/cache/${name}`, 'connection: close')]))).toEqual([404]);
    const put = head(`PUT /v1/cache/${name}`, 'connection: close', 'content-length: 1');
    expect([403, 404, 405]).toContain(statuses(await send([put, 'x']))[0]);
  });
});

describe('a request within the body of another one is not answered', () => {
  const smuggled = () => head('PUT /v1/cache/666', 'content-length: 0');
  it.each<[string, () => readonly string[]]>([
    ['two lengths', () => ['content-length: 0', `content-length: ${smuggled().length}`]],
    ['a length and chunks', () => ['transfer-encoding: chunked', 'content-length: 5']],
    ['chunks in another spelling', () => ['transfer-encoding: xchunked']],
    ['a header with a space before its colon', () => ['content-length : 5']],
    ['a length with a sign', () => ['content-length: +5']],
    ['a length in hex', () => ['content-length: 0x5']],
    ['a folded header', () => ['x: y', ' content-length: 5']],
    ['a line feed alone in a header', () => ['x: y\ntransfer-encoding: chunked']],
  ])('%s', async (_, headers) => {
    const answer = statuses(await send([head('PUT /v1/cache/665', ...headers()), '0\r\n\r\n', smuggled()]));
    expect(answer).toEqual([400]);
    expect(await exists('666')).toBe(404);
  });
});

describe('a body', () => {
  const large = Buffer.alloc(3 * 2 ** 20, 'x');
  it.each<[string, string, readonly (string | Buffer)[]]>([
    ['with its length', `content-length: ${large.length}`, [large]],
    ['in chunks', 'transfer-encoding: chunked', [`${large.length.toString(16)}\r\n`, large, '\r\n0\r\n\r\n']],
  ])('that is too large is refused with the status that Nx accepts, %s', async (_, header, parts) => {
    const answer = await send([head('PUT /v1/cache/1', header, 'connection: close'), ...parts]);
    expect(statuses(answer)).toEqual([403]);
    expect(answer).toContain(`more than ${maxEntryBytes} bytes`);
    await expect.poll(incoming).toEqual([]);
  });

  it('that does not arrive in time is refused with the status that Nx accepts', async () => {
    const answer = await send(
      [head('PUT /v1/cache/2', 'content-length: 1000', 'connection: close'), 'x'],
      false,
    );
    expect(statuses(answer)).toEqual([403]);
    await expect.poll(incoming).toEqual([]);
  });

  it('that is longer than its length is not stored', async () => {
    const whole = await archive(result);
    const put = head('PUT /v1/cache/3', `content-length: ${whole.length - 5}`);
    expect([400, 403]).toContain(statuses(await send([put, whole]))[0]);
    expect(await exists('3')).toBe(404);
    await expect.poll(incoming).toEqual([]);
  });
});

it.each<[string, string, object | undefined]>([
  ['POST', '/v1/tokens', { name: 'a\0b', workspace: 'shop', trustClass: 'trusted', scopes: ['admin'] }],
  ['POST', '/v1/tokens', { name: 'a', workspace: 'shop', trustClass: 'branch:a\0b', scopes: ['admin'] }],
  ['POST', '/v1/cache-revocations', { workspace: 'shop', run: 'a\0b' }],
  ['GET', '/v1/cache-entries/a%00b', undefined],
  ['DELETE', '/v1/tokens/a%00b', undefined],
])('refuses a NUL, which PostgreSQL does not store: %s %s', async (method, path, body) => {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${server.adminToken ?? ''}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(400);
});

it.each(['PATCH', 'TRACE', 'QUERY'])('answers %s with the methods of a path', async (method) => {
  const answer = await send([head(`${method} /v1/tokens/7`, 'connection: close')]);
  expect([statuses(answer), /^allow: (.*)$/im.exec(answer)?.[1]?.trim()]).toEqual([[405], 'DELETE']);
  expect((await fetch(`${server.url}/v1/nothing`)).status).toBe(404);
});

it('answers 401 to every guessed token', async () => {
  const guesses = [
    '',
    'x',
    token.slice(0, -1),
    `${token}x`,
    token.toUpperCase(),
    `mwt_${'A'.repeat(43)}`,
    "' or 1=1 --",
  ];
  for (const guess of guesses) {
    const response = await fetch(`${server.url}/v1/cache/1`, {
      headers: { authorization: `Bearer ${guess}` },
    });
    expect([guess, response.status]).toEqual([guess, 401]);
  }
});

it('keeps a fast writer within its quota', async () => {
  const headers = { authorization: `Bearer ${await tokenOf('pr:1')}` };
  for (let hash = 10; hash < 20; hash += 1) {
    const body = await archive([...result, { name: 'app', content: randomBytes(prBytes / 4) }]);
    const stored = await fetch(`${server.url}/v1/cache/${hash}`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(body),
    });
    expect(stored.status).toBe(200);
  }
  const used = async () => {
    const response = await fetch(`${server.url}/v1/cache-statistics`, { headers });
    const { classes } = (await response.json()) as { classes: { trustClass: string; bytes: number }[] };
    return classes.find(({ trustClass }) => trustClass === 'pr:1')?.bytes;
  };
  await expect.poll(used).toBeLessThanOrEqual(prBytes);
});

it('survives 1,000 random requests, and answers none with a failure', async () => {
  const word = fc.constantFrom(
    ...[
      'GET',
      'PUT',
      'POST',
      'DELETE',
      'HEAD',
      'OPTIONS',
      ' ',
      ' ',
      '/',
      '/v1/cache/',
      '/v1/cache/1',
      '/v1/tokens',
      '/v1/identity',
    ],
    ...[
      '/v1/identity/exchange',
      '/v1/cache-entries/1',
      '/v1/cache-statistics?workspace=',
      '/v1/cache-revocations',
      '/metrics',
    ],
    ...[
      'HTTP/1.1',
      'HTTP/1.0',
      '\r\n',
      '\r\n',
      '\r\n\r\n',
      '\n',
      'host: x',
      'content-length: 5',
      'content-length: -1',
      'expect: 100-continue',
    ],
    ...[
      'transfer-encoding: chunked',
      'content-type: application/json',
      'connection: keep-alive',
      'upgrade: h2c',
      '{"token":"a.b.c"}',
      '{',
      '0\r\n\r\n',
    ],
    ...['%00', '%ff', '..', '\u0000', 'é', ':', '__proto__', 'constructor', 'x'.repeat(5000)],
  );
  const valid = fc.tuple(
    fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
    fc.string(),
    fc.array(word, { maxLength: 4 }),
    fc.string(),
  );
  const requests = fc.oneof(
    fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
    valid.map(
      ([method, path, more, body]) =>
        head(
          `${method} /v1/${encodeURI(path)}${more.join('').replaceAll(/\s/g, '')}`,
          `content-length: ${Buffer.byteLength(body)}`,
        ) + body,
    ),
    fc
      .tuple(fc.string(), fc.array(word, { maxLength: 6 }))
      .map(([body, more]) => head('PUT /v1/cache/9', ...more) + body),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: 20, maxLength: 20 }), async (batch) => {
      const answers = await Promise.all(batch.map(async (one) => [one, await send([one])] as const));
      const isFailure = ([, answer]: readonly [string, string]) =>
        statuses(answer).some((status) => status >= 500);
      expect(answers.filter(isFailure)).toEqual([]);
    }),
    { numRuns: 50 },
  );
  expect((await fetch(`${server.url}/v1/ready`)).status).toBe(200);
  await expect.poll(incoming).toEqual([]);
});
