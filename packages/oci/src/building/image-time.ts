import { ociError } from '../errors.js';

/**
 * Returns the time of an image and of the files in it, in seconds since 1970: SOURCE_DATE_EPOCH
 * (https://reproducible-builds.org/specs/source-date-epoch/), or 0, so that an unchanged binary gives an unchanged image.
 * @throws MillwrightError OPTION_INVALID
 */
export function imageTime(sourceDateEpoch: string | undefined): number {
  if (sourceDateEpoch === undefined || sourceDateEpoch === '') return 0;
  // A tar header has room for eleven octal digits.
  if (/^\d{1,10}$/.test(sourceDateEpoch) && Number(sourceDateEpoch) < 8 ** 11) return Number(sourceDateEpoch);
  throw ociError('OPTION_INVALID', {
    what: 'SOURCE_DATE_EPOCH must be a Unix timestamp in seconds',
    why: `its value is ${JSON.stringify(sourceDateEpoch.slice(0, 40))}`,
    remedy: 'set it to the output of `git log -1 --format=%ct`, or unset it',
  });
}
