import { writeFileSync } from 'node:fs';
import { readRegularFile } from '@millwright/toolkit/core';
import { commandError } from '../errors.js';

/** The size limit for keys and lists of keys, in bytes. */
const limit = 1 << 20;

/**
 * Reads a small text file that the user named.
 * @throws MillwrightError COMMAND_FILE_UNREADABLE
 */
export function readInput(path: string): string {
  const { bytes, failure } = readRegularFile(path, { limit });
  if (bytes === undefined)
    throw commandError('COMMAND_FILE_UNREADABLE', { what: `cannot read ${path}`, why: failure.why });
  return bytes.toString('utf8');
}

/**
 * Writes a file that must not exist yet.
 * @param mode the permission bits
 * @throws MillwrightError COMMAND_FILE_EXISTS, COMMAND_FILE_NOT_WRITABLE
 */
export function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = `cannot write ${path}`;
    if (code === 'EEXIST')
      throw commandError('COMMAND_FILE_EXISTS', { what, why: 'the file already exists', cause: error });
    throw commandError('COMMAND_FILE_NOT_WRITABLE', { what, why: message, cause: error });
  }
}
