import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** What is known of a folder that a build writes to. */
export interface FolderState {
  readonly path: string;
  readonly writable: boolean;
  /** Room that this user may fill, in bytes. */
  readonly free: number;
}

/** Asks for a folder, or for the nearest one above it where it does not exist yet. */
export function folderState(path: string): FolderState {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return { path, writable: isWritable(existing), free: bavail * bsize };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
