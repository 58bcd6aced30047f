import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { privateServer } from './compiler-cache.js';

const cache = mkdtempSync(join(tmpdir(), 'mw-'));
afterAll(() => {
  rmSync(cache, { recursive: true });
});

it.runIf(process.platform !== 'win32')(
  'lets sccache meet its server in a folder that only the user can access',
  () => {
    const { SCCACHE_SERVER_UDS: socket = '' } = privateServer({ XDG_CACHE_HOME: cache });
    expect(socket).toBe(join(cache, 'millwright/sccache/server.sock'));
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
  },
);

it.each([
  ['the user chose a port', { SCCACHE_SERVER_PORT: '4226' }],
  ['the user chose a socket', { SCCACHE_SERVER_UDS: '/run/sccache.sock' }],
  ["the socket's path would be too long for the system", { XDG_CACHE_HOME: join(cache, 'x'.repeat(100)) }],
])('leaves the server to sccache if %s', (_, env) => {
  expect(privateServer(env)).toEqual({});
});
