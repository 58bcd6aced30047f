import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { errnoOf, writeError } from './faults.js';

/** No copy takes this long: a temporary that was not written to since belongs to a process that was killed. */
const abandonedMilliseconds = 3_600_000;

/**
 * Files that are written beside their places and renamed there together once all are whole, so that a fault
 * before the first rename changes nothing. What is not committed is removed on disposal.
 */
export class Staging implements AsyncDisposable {
  readonly #files: { readonly temporary: string; readonly destination: string }[] = [];

  /**
   * @param write writes the whole file at the path that it is given, on the destination's own file system
   * @returns what `write` gives
   * @throws MillwrightError ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
   */
  async add<Result>(destination: string, write: (temporary: string) => Promise<Result>): Promise<Result> {
    const [folder, name] = [dirname(destination), basename(destination)];
    const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      await mkdir(folder, { recursive: true });
      await refuseFolder(destination);
      // A courtesy to the disk, which may fail where the folder's other files are someone else's.
      await removeAbandoned(folder, name).catch(() => undefined);
      this.#files.push({ temporary, destination });
      return await write(temporary);
    } catch (error) {
      throw writeError(destination, error);
    }
  }

  /** @throws MillwrightError ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER */
  async commit(): Promise<void> {
    for (const { temporary, destination } of this.#files) {
      try {
        await rename(temporary, destination);
      } catch (error) {
        throw writeError(destination, error);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { temporary } of this.#files) {
      // The error that led here matters more than one of tidying up.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

/** Checked for all before the first is renamed, since renaming a file onto a folder is what mostly fails. */
async function refuseFolder(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isDirectory()) return;
  throw new MillwrightError('ARTIFACTS_DESTINATION_IS_FOLDER', {
    what: `${path} cannot be written`,
    why: 'a folder stands there',
  });
}

/** Removes what earlier attempts at the same file left behind when they were killed. */
async function removeAbandoned(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`.${name}.`) || !/\.[0-9a-f]{12}\.tmp$/.test(entry)) continue;
    const path = join(folder, entry);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > abandonedMilliseconds) await rm(path, { force: true });
  }
}
