import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

it('admits one caller at a time, even within a process', async () => {
  let inside = 0;
  const seen = await Promise.all(
    Array.from({ length: 10 }, () =>
      withLock(join(root, 'lock'), async () => {
        inside += 1;
        const together = inside;
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        return together;
      }),
    ),
  );
  expect(seen).toEqual(Array.from({ length: 10 }, () => 1));
});

it('is released when the action fails', async () => {
  const path = join(root, 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('from the action')))).rejects.toThrow(
    'from the action',
  );
  expect(await withLock(path, () => Promise.resolve('in'), 0)).toBe('in');
});

it('fails with ARTIFACTS_LOCKED if the lock is held for too long', async () => {
  const path = join(root, 'lock');
  await withLock(path, async () => {
    await expect(withLock(path, () => Promise.resolve(), 50)).rejects.toMatchObject({
      code: 'ARTIFACTS_LOCKED',
    });
  });
});

it('does not follow a link to the lock file', async () => {
  symlinkSync('elsewhere', join(root, 'link'));
  await expect(withLock(join(root, 'link'), () => Promise.resolve())).rejects.toMatchObject({
    code: 'ARTIFACTS_NOT_WRITABLE',
    why: 'the path is a symbolic link',
  });
  expect(existsSync(join(root, 'elsewhere'))).toBe(false);
});

it('does not block on a FIFO instead of the lock file', async () => {
  execFileSync('mkfifo', [join(root, 'fifo')]);
  await expect(withLock(join(root, 'fifo'), () => Promise.resolve())).rejects.toMatchObject({
    code: 'ARTIFACTS_NOT_WRITABLE',
    why: 'it is not a regular file',
  });
});

it('explains why the lock file cannot be created', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(withLock(join(root, 'file/lock'), () => Promise.resolve())).rejects.toMatchObject({
    code: 'ARTIFACTS_NOT_WRITABLE',
  });
});
