import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readRegularFile, temporaryBeside } from '@millwright/toolkit';
import type { Staged } from './output.js';

/**
 * Places files. First all of them are written next to their destinations, then all are renamed. Identical
 * files stay untouched.
 * @param remove absolute paths of files to remove at the same time
 * @returns the absolute paths of changed files
 */
export async function placeFiles(staged: readonly Staged[], remove: readonly string[]): Promise<string[]> {
  const pending: { temporary: string; destination: string }[] = [];
  try {
    for (const { source, destination } of staged) {
      if (isSame(source, destination)) continue;
      await mkdir(dirname(destination), { recursive: true });
      const temporary = temporaryBeside(destination);
      pending.push({ temporary, destination });
      await copyFile(source, temporary, constants.COPYFILE_EXCL);
    }
    for (const { temporary, destination } of pending) await rename(temporary, destination);
  } finally {
    for (const { temporary } of pending) await rm(temporary, { force: true });
  }
  for (const path of remove) await rm(path, { force: true });
  return [...pending.map(({ destination }) => destination), ...remove];
}

function isSame(one: string, other: string): boolean {
  const [before, after] = [readRegularFile(other).bytes, readRegularFile(one).bytes];
  return before !== undefined && after !== undefined && before.equals(after);
}
