import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside } from './temporary.js';

/**
 * Writes a file whole: whoever reads it, also after this process is killed, finds the old text or the new one. A link
 * that stands in its place is replaced, not followed.
 * @param mode the permission bits
 * @throws Error of the system where the folder or the file cannot be written
 */
export function writeFileAtomically(path: string, text: string, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
