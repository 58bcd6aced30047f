import { join } from 'node:path';
import { type Expectation, rejectionReason } from '@millwright/object-file';
import type { Libc } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { artifactPath } from '../layout/layout.js';
import { readBuiltFile } from './built-file.js';
import { placeArtifact, type PlacedArtifact, type PlaceRequest } from './place.js';

export interface DeliveryRequest extends Omit<PlaceRequest, 'destination'> {
  /** The file name at the destination. */
  readonly name: string;
  /** The platform, or the target triple if it is not a platform. */
  readonly target: string;
  readonly configuration: string;
  /** Distinguishes its folder from the platform's default one: see `libcSuffix`. */
  readonly suffix?: Libc | undefined;
  /** A folder instead of the one in `artifacts/`, relative to the Nx workspace. */
  readonly outputPath: string | undefined;
  /**
   * The requirements for running on the platform. Undefined for files that no system loads, such as a
   * static library.
   */
  readonly expected: Expectation | undefined;
}

/**
 * Checks that a built file can run on its platform, and places it with its side files.
 * @throws MillwrightError ARTIFACT_REFUSED, OBJECT_FILE_INVALID, and those of {@link placeArtifact}
 */
export async function deliverArtifact({
  name,
  target,
  configuration,
  suffix,
  outputPath,
  expected,
  ...placing
}: DeliveryRequest): Promise<PlacedArtifact> {
  const why =
    expected === undefined ? undefined : rejectionReason(await readBuiltFile(placing.source), expected);
  if (why !== undefined)
    throw artifactError('ARTIFACT_REFUSED', { what: `${name} cannot run on ${target}`, why });
  const destination =
    outputPath === undefined ? artifactPath({ target, configuration, name, suffix }) : join(outputPath, name);
  return placeArtifact({ ...placing, destination: join(placing.workspaceRoot, destination) });
}
