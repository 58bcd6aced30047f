import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryBeside } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { errnoOf, writeError } from './faults.js';

/**
 * Files that are written next to their destinations and renamed together once all are complete, so that a
 * failure before the first rename changes nothing. Uncommitted files are removed on disposal.
 */
export class Staging implements AsyncDisposable {
  readonly #files: { readonly temporary: string; readonly destination: string }[] = [];

  /**
   * @param write writes the complete file to the given path, which is on the destination's file system
   * @returns the result of `write`
   * @throws MillwrightError ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
   */
  async add<Result>(destination: string, write: (temporary: string) => Promise<Result>): Promise<Result> {
    try {
      await mkdir(dirname(destination), { recursive: true });
      await rejectFolder(destination);
      const temporary = temporaryBeside(destination);
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
      // An error of the clean-up must not hide the original error.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

/**
 * Checked for all files before the first rename, because a folder at the destination is the most common
 * failure.
 */
async function rejectFolder(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isDirectory()) return;
  throw artifactError('ARTIFACTS_DESTINATION_IS_FOLDER', {
    what: `cannot write ${path}`,
    why: 'the path is a folder',
  });
}
