import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { archive, result } from './cache/archive.spec.helper.js';
import { backup, restore } from './backup.js';
import { serverConfigSchema } from './config/schema.js';
import { prepareDatabase } from './database/embedded.spec.helper.js';
import { runServer, withDataFolder } from './run-server.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-backup-'));
const data = join(folder, 'data');
let token: string;
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a server on a data folder while an action runs. */
async function withServer(
  at: string,
  action: (url: string, adminToken: string) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let acted: Promise<void> | undefined;
  const config = serverConfigSchema.parse({ data: at, port: 0 });
  await runServer(
    config,
    false,
    ({ url, adminToken }) => {
      acted = action(url, adminToken ?? token).finally(() => {
        stop.abort();
      });
    },
    stop.signal,
  );
  await acted;
}
const call = async (url: string, bearer: string, init: RequestInit = {}) =>
  (await fetch(`${url}/v1/cache/1`, { ...init, headers: { authorization: `Bearer ${bearer}` } })).status;

beforeAll(async () => {
  await prepareDatabase(data);
  await withServer(data, async (url, adminToken) => {
    token = adminToken;
    const body = new Uint8Array(await archive(result));
    expect(await call(url, token, { method: 'PUT', body })).toBe(200);
  });
});

it('restores entries and tokens from a copy, and never overwrites a folder', async () => {
  const copy = join(folder, 'copy');
  await backup(data, copy);
  await expect(backup(data, copy)).rejects.toMatchObject({ code: 'SERVER_BACKUP_FAILED' });
  const restored = join(folder, 'restored');
  await restore(copy, restored);
  await withServer(restored, async (url) => {
    expect(await call(url, token)).toBe(200);
  });
  await expect(restore(copy, restored)).rejects.toMatchObject({ code: 'SERVER_BACKUP_FAILED' });
});

it('makes no copy while a server uses the folder', async () => {
  const copy = join(folder, 'during');
  await withDataFolder(data, async () => {
    await expect(backup(data, copy)).rejects.toMatchObject({ code: 'SERVER_DATA_LOCKED' });
  });
  expect(readdirSync(folder)).not.toContain('during');
});

it('starts again after a copy that was interrupted, and takes no other folder for a backup', async () => {
  const copy = join(folder, 'again');
  mkdirSync(`${copy}.partial`);
  writeFileSync(join(`${copy}.partial`, 'rest'), '');
  await backup(data, copy);
  expect(readdirSync(copy).sort()).toEqual(['blobs', 'database']);
  await expect(restore(folder, join(folder, 'no'))).rejects.toMatchObject({ code: 'SERVER_BACKUP_FAILED' });
});
