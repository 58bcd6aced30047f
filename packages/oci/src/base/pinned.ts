import { nxRun } from '@millwright/toolkit';
import { ociError } from '../errors.js';
import type { RegistryOptions } from '../registry/open.js';
import { type BaseImage, baseImage } from './base-image.js';
import { lockName, readLock } from './lock.js';
import { type BaseSource, baseSource } from './source.js';

/** The base of an image, as its lock pins it. */
export interface PinnedBase {
  readonly source: BaseSource;
  readonly imageFor: (platform: string) => Promise<BaseImage>;
}

/**
 * Returns the base of an image.
 * @returns undefined for `scratch`
 * @throws MillwrightError IMAGE_BASE_NOT_LOCKED, IMAGE_LOCK_INVALID, IMAGE_NAME_INVALID, OPTION_INVALID
 */
export function pinnedBase(
  base: string,
  workspaceRoot: string,
  options: RegistryOptions,
  updateTask: string,
): PinnedBase | undefined {
  if (base === 'scratch') return undefined;
  const pinned = readLock(workspaceRoot).get(base);
  if (pinned === undefined)
    throw ociError('IMAGE_BASE_NOT_LOCKED', {
      what: `the base image ${base} is not pinned to a digest`,
      why: `${lockName} has no entry for it`,
      remedy: nxRun(updateTask),
    });
  const source = baseSource(base, workspaceRoot, options);
  return { source, imageFor: (platform) => baseImage(base, pinned, platform, source, workspaceRoot) };
}
