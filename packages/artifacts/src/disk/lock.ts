import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { artifactError } from '../errors.js';
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
      throw artifactError('ARTIFACTS_LOCKED', {
        what: `${path} is locked`,
        why: `another process has held the lock for more than ${patience / 1000} s`,
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
    const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    const isFile = fstatSync(file).isFile();
    closeSync(file);
    if (!isFile) throw new Error('it is no regular file');
    return new FileLock(path);
  } catch (error) {
    throw writeError(path, error);
  }
}
