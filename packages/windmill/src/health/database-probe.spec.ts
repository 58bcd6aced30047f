import { createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig, type SuperviseConfig } from '../config/config.js';
import { addressOf, databaseState } from './database-probe.js';

const state = (fields: object) =>
  databaseState(
    parseConfig({ mode: 'supervise', binaryPath: '/opt/windmill', ...fields }, {}) as SuperviseConfig,
  );

/** A server on a Unix socket, in the folder where a client of PostgreSQL looks for it. */
async function listening(answer: string, use: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'windmill-probe-'));
  const server: Server = createServer((socket) => {
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  try {
    await use(`postgres://windmill@localhost/windmill?host=${encodeURIComponent(folder)}`);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

describe('the probe of a database', () => {
  it.each([
    ['N', 'ok', /PostgreSQL answers on .*; whether it accepts the password was not checked/],
    ['S', 'ok', /PostgreSQL answers/],
    ['HTTP/1.1 400 Bad Request\r\n', 'failed', /another program listens there/],
    ['', 'failed', /closed without an answer/],
  ])('of a server that answers %j is %s', async (answer, status, detail) => {
    await listening(answer, async (databaseUrl) => {
      expect(await state({ databaseUrl })).toMatchObject({
        status,
        detail: expect.stringMatching(detail) as string,
      });
    });
  });

  it('says that nothing listens, and never shows the password', async () => {
    const databaseUrl = 'postgres://windmill:p4ssw0rd@localhost/windmill?host=/nonexistent';
    const found = await state({ databaseUrl });
    expect(found).toMatchObject({ status: 'failed', detail: expect.stringContaining('ENOENT') as string });
    expect(JSON.stringify(found)).not.toContain('p4ssw0rd');
  });

  it('reads the URL from its file', async () => {
    await listening('N', async (url) => {
      const file = join(mkdtempSync(join(tmpdir(), 'windmill-url-')), 'url');
      writeFileSync(file, `${url}\n`);
      expect(await state({ databaseUrlFile: file })).toMatchObject({ status: 'ok' });
      rmSync(join(file, '..'), { recursive: true });
    });
    expect(await state({ databaseUrlFile: '/nonexistent/url' })).toMatchObject({
      status: 'failed',
      detail: '/nonexistent/url does not contain a database URL',
    });
  });
});

it.each([
  ['postgres://u@db/w', { host: 'db', port: 5_432 }],
  ['postgres://u@[::1]:5433/w', { host: '::1', port: 5_433 }],
  ['postgres:///w', { host: 'localhost', port: 5_432 }],
  ['postgres://u@localhost:5433/w?host=%2Frun%2Fpg', { path: '/run/pg/.s.PGSQL.5433' }],
])('%s leads to %j', (url, options) => {
  expect(addressOf(new URL(url)).options).toEqual(options);
});
