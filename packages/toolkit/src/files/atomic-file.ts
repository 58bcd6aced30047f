import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside } from './temporary.js';

/**
 * Writes a file atomically: a reader sees the old or the new content, even if this process is killed. A
 * symbolic link at the path is replaced, not followed.
 * @param mode the permission bits
 * @throws Error of the system if the folder or file cannot be written
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
