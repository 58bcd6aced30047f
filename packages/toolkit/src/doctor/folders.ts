import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { toolkitError } from '../errors.js';
import { shellWord } from '../text/shell-word.js';
import { formatSize } from '../text/units.js';

/** The minimum disk space for a build of more than a few packages, in bytes. */
const minFreeSpace = 256 * 1024 ** 2;

/** Properties of a folder that a build writes to. */
export interface FolderState {
  readonly path: string;
  readonly writable: boolean;
  /** The space available to this user, in bytes. */
  readonly free: number;
}

/** Returns the state of a folder, or of its nearest existing ancestor. */
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

/**
 * Checks that a build can write to a folder.
 * @throws MillwrightError FOLDER_NOT_WRITABLE, DISK_SPACE_LOW
 */
export function checkFolder({ path, writable, free }: FolderState): void {
  if (!writable) {
    throw toolkitError('FOLDER_NOT_WRITABLE', {
      what: `the folder ${path} is not writable`,
      why: 'the current user has no write permission',
      remedy: `sudo chown -R "$USER" ${shellWord(path)}`,
    });
  }
  if (free < minFreeSpace) {
    throw toolkitError('DISK_SPACE_LOW', {
      what: `only ${formatSize(free)} of disk space available for ${path}`,
      why: `a build requires at least ${formatSize(minFreeSpace)}`,
    });
  }
}
