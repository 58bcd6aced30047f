import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
// The kernel's own lock (flock, LockFileEx): it ends with its holder, however that ends, so that there is no
// stale lock to detect. Nx brings it along for every system that Nx runs on.
import { FileLock } from 'nx/src/native/index.js';
import { writeError } from './faults.js';

const patienceMilliseconds = 30_000;
const firstPauseMilliseconds = 2;
const longestPauseMilliseconds = 50;

/**
 * Runs an action while no other process, and no other caller in this one, holds the same lock.
 * The lock file stays when the lock is given up: removing it would let two holders in.
 * @param patience milliseconds to wait for the holder
 * @throws MillwrightError ARTIFACTS_LOCKED where the holder keeps it for longer; ARTIFACTS_NOT_WRITABLE,
 * ARTIFACTS_DISK_FULL where the lock file cannot be made
 */
export async function withLock<Result>(
  path: string,
  action: () => Promise<Result>,
  patience = patienceMilliseconds,
): Promise<Result> {
  const lock = openLock(path);
  const deadline = performance.now() + patience;
  let pause = firstPauseMilliseconds;
  while (!lock.tryLock()) {
    if (performance.now() > deadline) {
      throw new MillwrightError('ARTIFACTS_LOCKED', {
        what: `${path} is locked`,
        why: `another process has held it for more than ${patience / 1000} s`,
      });
    }
    // Waiters that started together are spread out, so that they do not meet again.
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    pause = Math.min(pause * 2, longestPauseMilliseconds);
  }
  try {
    return await action();
  } finally {
    lock.unlock();
  }
}

function openLock(path: string): FileLock {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Node's error says why a file cannot be opened by a code, the lock's own in words alone.
    closeSync(openSync(path, 'a'));
    return new FileLock(path);
  } catch (error) {
    throw writeError(path, error);
  }
}
