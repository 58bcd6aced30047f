import { join } from 'node:path';
import { type Expectation, refusal } from '@millwright/object-file';
import type { Libc } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { artifactPath } from '../layout/layout.js';
import { readBuiltFile } from './built-file.js';
import { placeArtifact, type PlacedArtifact, type PlaceRequest } from './place.js';

export interface DeliveryRequest extends Omit<PlaceRequest, 'destination'> {
  /** The file's name where it goes. */
  readonly name: string;
  /** The platform that it is built for, or the target triple where that is no platform. */
  readonly target: string;
  readonly configuration: string;
  /** What tells its folder from the usual one of the platform: see `libcSuffix`. */
  readonly suffix?: Libc | undefined;
  /** A folder in place of the one in `artifacts/`, relative to the Nx workspace. */
  readonly outputPath: string | undefined;
  /** What the file has to be to run there; undefined for one that no system loads, such as a static library. */
  readonly expected: Expectation | undefined;
}

/**
 * Takes a built file over: checks that it can run where it is meant to, places it, and describes it in files beside it.
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
  const why = expected === undefined ? undefined : refusal(await readBuiltFile(placing.source), expected);
  if (why !== undefined)
    throw artifactError('ARTIFACT_REFUSED', { what: `${name} cannot run on ${target}`, why });
  const destination =
    outputPath === undefined ? artifactPath({ target, configuration, name, suffix }) : join(outputPath, name);
  return placeArtifact({ ...placing, destination: join(placing.workspaceRoot, destination) });
}
