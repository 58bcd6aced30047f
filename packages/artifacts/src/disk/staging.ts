import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryBeside } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { errnoOf, writeError } from './faults.js';

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
    try {
      await mkdir(dirname(destination), { recursive: true });
      await refuseFolder(destination);
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
  throw artifactError('ARTIFACTS_DESTINATION_IS_FOLDER', {
    what: `${path} cannot be written`,
    why: 'it is a folder',
  });
}
