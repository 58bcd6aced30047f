import { formatSize } from '../text/units.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

/** The most that one reading of a graph reads of a workspace's files of one kind, in bytes. */
export const workspaceLimit = 4 * 2 ** 30;

/** How many bytes may still be read of the files of a workspace. Says once that there are no more. */
export class ReadBudget {
  private left: number;

  /** @param what the files, as the subject of a sentence: `sources of Go modules` */
  constructor(
    private readonly what: string,
    private readonly limit = workspaceLimit,
  ) {
    this.left = limit;
  }

  /** Takes the size of a file that is about to be read. @returns whether it may be */
  take(bytes: number): boolean {
    if (bytes <= this.left) {
      this.left -= bytes;
      return true;
    }
    warnOnce(
      toolkitError('INPUT_TOO_LARGE', {
        what: `some ${this.what} were not read`,
        why: `together they are larger than ${formatSize(this.limit)}`,
        remedy: 'exclude files that are not part of your build in .nxignore',
      }),
    );
    return false;
  }
}
