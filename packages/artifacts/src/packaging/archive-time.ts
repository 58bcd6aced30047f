import { MillwrightError } from '@millwright/toolkit/core';
import { repositoryAbove, runGit } from '@millwright/toolkit/git';
import { artifactError } from '../errors.js';

/** 1980-01-01T00:00:00Z, the first time that a zip archive can hold, in seconds since 1970. */
const earliestTime = 315_532_800;
/** 2107-12-31T23:59:58Z, the last one. */
const latestTime = 4_354_819_198;

/**
 * Parses SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), in seconds since 1970.
 * @returns undefined if it is not set
 * @throws MillwrightError OPTION_INVALID
 */
export function parseSourceDateEpoch(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const seconds = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
  if (Number.isNaN(seconds) || seconds > latestTime)
    throw artifactError('OPTION_INVALID', {
      what: 'SOURCE_DATE_EPOCH must be a Unix timestamp in seconds, before 2108',
      why: `its value is ${JSON.stringify(value.slice(0, 40))}`,
      remedy: 'set it to the output of `git log -1 --format=%ct`, or unset it',
    });
  return Math.max(seconds, earliestTime);
}

/**
 * Returns the time of a commit, in seconds since 1970. If it cannot be determined, as in a shallow clone or without
 * git, returns the earliest time: the current time would make archives irreproducible.
 * @param revision from a `.version` file
 */
export async function commitTime(folder: string, revision: string | undefined): Promise<number> {
  const commit = /^[0-9a-f]{40,64}/.exec(revision ?? '')?.[0];
  const repository = repositoryAbove(folder);
  if (commit === undefined || repository === undefined) return earliestTime;
  try {
    const args = ['show', '--no-patch', '--no-show-signature', '--format=%ct', `${commit}^{commit}`, '--'];
    const { exitCode, stdout } = await runGit(repository, args);
    const seconds = Number(stdout.trim());
    return exitCode === 0 && seconds >= earliestTime && seconds <= latestTime ? seconds : earliestTime;
  } catch (error) {
    if (error instanceof MillwrightError && error.code === 'PROCESS_MISSING') return earliestTime;
    throw error;
  }
}
