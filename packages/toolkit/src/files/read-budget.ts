import { formatSize } from '../text/units.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

/** The maximum total size of files of one kind that a graph computation reads, in bytes. */
const workspaceLimit = 4 * 2 ** 30;

/** Limits the total size of the files that are read. Warns once when the limit is reached. */
export class ReadBudget {
  private left: number;

  /** @param what the files, as the subject of a sentence: `sources of Go modules` */
  constructor(
    private readonly what: string,
    private readonly limit = workspaceLimit,
  ) {
    this.left = limit;
  }

  /** Reserves the size of a file that is about to be read. @returns false if the budget is exceeded */
  reserve(bytes: number): boolean {
    if (bytes <= this.left) {
      this.left -= bytes;
      return true;
    }
    warnOnce(
      toolkitError('INPUT_TOO_LARGE', {
        what: `some ${this.what} were not read`,
        why: `the total size of the ${this.what} is more than ${formatSize(this.limit)}`,
        remedy: 'in .nxignore, exclude files that are not part of your build',
      }),
    );
    return false;
  }
}
