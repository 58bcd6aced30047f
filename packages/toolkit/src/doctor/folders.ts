import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { toolkitError } from '../errors.js';
import { formatSize } from '../text/units.js';

/** Below this no build of more than a few packages ends well, in bytes. */
const leastRoom = 256 * 1024 ** 2;

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

/**
 * Refuses a folder that a build could not fill.
 * @throws MillwrightError FOLDER_NOT_WRITABLE, DISK_SPACE_LOW
 */
export function checkFolder({ path, writable, free }: FolderState): void {
  if (!writable) {
    throw toolkitError('FOLDER_NOT_WRITABLE', {
      what: `${path} cannot be written`,
      why: 'this user has no permission there',
      remedy: `sudo chown -R "$USER" ${path}`,
    });
  }
  if (free < leastRoom) {
    throw toolkitError('DISK_SPACE_LOW', {
      what: `there are ${formatSize(free)} left for ${path}`,
      why: `a build needs ${formatSize(leastRoom)} at least`,
    });
  }
}
