import { createHash } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import { realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readText, temporaryFolder } from '@millwright/toolkit/core';
import { sha256Of } from '../disk/digest.js';
import { Staging } from '../disk/staging.js';
import { sideFilesOf } from '../layout/layout.js';
import { builderOf } from '../provenance/builder.js';
import type { Provenance } from '../provenance/statement.js';
import { bundleEnding } from '../signing/signatures.js';
import type { Signer } from '../signing/signer.js';
import { parseUnits, type UnitsRecord } from '../units/record.js';
import { checkOut } from './checkout.js';
import { compareFiles, describeDifference, type FileDifference } from './compare.js';
import {
  checkComparable,
  checkPackages,
  checkRebuildable,
  readProvenance,
  repositoryWith,
  workspacePlace,
} from './checks.js';
import { rebuildStatement } from './statement.js';
import { build, findRebuilt, install, type StepContext } from './steps.js';

export interface RebuildRequest extends StepContext {
  /** The path of the artifact. Its `.provenance.json` file stands beside it. */
  readonly artifact: string;
  /** A folder of the Nx workspace that built it, in a clone of its repository. */
  readonly workspace: string;
  /** Where to keep the rebuilt file. */
  readonly keep?: string | undefined;
}

export interface Rebuild {
  readonly provenance: Provenance;
  /** Undefined if the rebuilt file has the same bytes. */
  readonly difference: FileDifference | undefined;
  /** The in-toto statement about the result, unsigned. */
  readonly statement: string;
}

/**
 * Builds an artifact again, in a new clone at the commit of its provenance and without a cache, and compares both files.
 * @throws MillwrightError REBUILD_REFUSED, REBUILD_FAILED, REBUILD_NOT_COMPARABLE, TEMPORARY_FOLDER_UNUSABLE,
 * PROCESS_MISSING, ARTIFACTS_SOURCE_MISSING, ARTIFACTS_NOT_WRITABLE
 */
export async function rebuildAndCompare(request: RebuildRequest): Promise<Rebuild> {
  const { artifact, env } = request;
  const { provenance, text } = await readProvenance(artifact);
  const { commit, task } = checkRebuildable(artifact, provenance);
  const repository = await repositoryWith(request.workspace, commit);
  const place = workspacePlace(request.workspace, repository);
  const scratch = realpathSync.native(temporaryFolder('rebuild'));
  try {
    const clone = join(scratch, 'sources');
    await checkOut(repository, commit, clone);
    const workspace = join(clone, place);
    await install(join(repository, place), workspace, request);
    await build(workspace, task, join(scratch, 'go-cache'), request);
    const rebuilt = findRebuilt(workspace, provenance);
    checkComparable(text, readText(sideFilesOf(rebuilt).provenance) ?? '');
    checkPackages(unitsOf(artifact), unitsOf(rebuilt));
    const difference = await compareFiles(artifact, rebuilt);
    if (request.keep !== undefined) {
      await using staging = new Staging();
      await staging.add(request.keep, (temporary) => copyFile(rebuilt, temporary));
      await staging.commit();
    }
    const statement = rebuildStatement({
      provenance,
      statement: createHash('sha256').update(text).digest('hex'),
      rebuilt: await sha256Of(rebuilt),
      difference,
      builder: builderOf(env),
    });
    return { provenance, difference, statement };
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

function unitsOf(artifact: string): UnitsRecord | undefined {
  return parseUnits(readText(sideFilesOf(artifact).units) ?? '');
}

/** Says whether an artifact was reproduced, and where the files differ if it was not. */
export function describeRebuild(artifact: string, { provenance, difference }: Rebuild): string {
  const { commit = '' } = provenance;
  return difference === undefined
    ? `reproduced: ${artifact} has the same bytes as the file built from the commit ${commit}`
    : `not reproduced: ${artifact} differs from the file built from the commit ${commit}\n${describeDifference(difference)}`;
}

/**
 * Writes the statement about a rebuild, and beside it the Sigstore bundle with it, if there is a signer.
 * @returns the paths of the files
 * @throws MillwrightError ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function writeRebuild(
  path: string,
  statement: string,
  attest: Signer['attest'],
): Promise<string[]> {
  const files = new Map([[path, statement]]);
  if (attest !== undefined) files.set(path.replace(/(\.json)?$/, bundleEnding), await attest(statement));
  await using staging = new Staging();
  for (const [file, text] of files)
    await staging.add(file, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
  await staging.commit();
  return [...files.keys()];
}
