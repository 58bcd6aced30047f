import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { artifactError } from '../errors.js';
// The kernel's file lock (flock, LockFileEx). It ends with its holder, however that ends, so there are no
// stale locks. Nx includes the binding for every system that it supports.
import { FileLock } from 'nx/src/native/index.js';
import { writeError } from './faults.js';

const patienceMilliseconds = 30_000;
const firstPauseMilliseconds = 2;
const maxPauseMilliseconds = 50;

/**
 * Runs an action under a lock that excludes other processes and other callers in this process. The lock
 * file is not removed afterwards, because removing it would admit two holders.
 * @param patience milliseconds to wait for the holder
 * @throws MillwrightError ARTIFACTS_LOCKED if the holder keeps the lock for longer; ARTIFACTS_NOT_WRITABLE,
 * ARTIFACTS_DISK_FULL if the lock file cannot be created
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
        what: `${path} is locked by another process`,
        why: `the process has held the lock for more than ${patience / 1000} seconds`,
      });
    }
    // The random delay spreads out callers that started together.
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    pause = Math.min(pause * 2, maxPauseMilliseconds);
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
    // Node's errors have a code that explains why a file cannot be opened. The lock's errors have only a
    // message.
    const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    const isFile = fstatSync(file).isFile();
    closeSync(file);
    if (!isFile) throw new Error('it is not a regular file');
    return new FileLock(path);
  } catch (error) {
    throw writeError(path, error);
  }
}
