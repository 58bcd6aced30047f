import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkWithinWorkspace, formatInputsRecord, type InputsRecord, readText } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { checkPlatform } from './check-platform.js';
import { commonSha256, sha256Of } from '../disk/digest.js';
import { errnoOf } from '../disk/faults.js';
import { sideFilesOf } from '../layout/layout.js';
import { checkOwner } from './owner.js';
import { formatRecord, formatSha256, formatVersion, type VersionRecord } from '../layout/side-files.js';
import { Staging } from '../disk/staging.js';

const executableMode = 0o755;

export interface PlaceRequest {
  /** The file that the build made. */
  readonly source: string;
  /** The path of the Nx workspace. */
  readonly workspaceRoot: string;
  /** Where it goes, with its name; absolute. */
  readonly destination: string;
  /** The Nx project that hands the file over. */
  readonly project: string;
  /** Whether a name is that of a project of the workspace. */
  readonly isProject: (name: string) => boolean;
  /** The permission bits (default: 0755). */
  readonly mode?: number;
  /** What the `.version` file says; facts of the build's inputs alone, since it is a cached output. */
  readonly version: VersionRecord;
  /** What the build took: time, memory, what was compiled; unlike the version it differs from build to build. */
  readonly metrics?: VersionRecord;
  /** What the build read and does not declare. */
  readonly inputs?: InputsRecord | undefined;
}

export interface PlacedArtifact {
  /** The destination. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Places an artifact with its side files. All are written whole before the first takes its place; a file that stood
 * there stays as it is where anything fails before that, or where it is the same already.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE, ARTIFACT_PLACE_WRONG where the folder is for another platform than the file is made for,
 * ARTIFACT_NAME_TAKEN where another project's artifact stands there, ARTIFACTS_SOURCE_MISSING,
 * ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function placeArtifact(request: PlaceRequest): Promise<PlacedArtifact> {
  const { source, destination, mode = executableMode, version, metrics, inputs, project } = request;
  const beside = sideFilesOf(destination);
  checkWithinWorkspace(request.workspaceRoot, destination);
  await checkSource(source);
  await checkPlatform(source, destination, request.workspaceRoot);
  checkOwner(destination, project, request.isProject);
  await using staging = new Staging();
  const { size, sha256 } = await stageCopy(staging, source, destination, mode);
  await stageText(staging, beside.sha256, formatSha256(sha256, basename(destination)));
  await stageText(staging, beside.version, formatVersion({ ...version, project }, (mode & 0o111) !== 0));
  if (metrics) await stageText(staging, beside.metrics, formatRecord({ ...metrics, size }));
  if (inputs) await stageText(staging, beside.inputs, formatInputsRecord(inputs));
  await staging.commit();
  return { path: destination, size, sha256 };
}

/**
 * Copies a file that runs to a further place just as atomically, without files beside it.
 * @returns its sha256, in lower-case hexadecimal digits
 * @throws MillwrightError as {@link placeArtifact}
 */
export async function installFile(source: string, destination: string): Promise<string> {
  await checkSource(source);
  await using staging = new Staging();
  const { sha256 } = await stageCopy(staging, source, destination, executableMode);
  await staging.commit();
  return sha256;
}

interface Copied {
  readonly size: number;
  readonly sha256: string;
}

async function stageCopy(
  staging: Staging,
  source: string,
  destination: string,
  mode: number,
): Promise<Copied> {
  const standing = await sameFile(source, destination, mode);
  if (standing) return standing;
  return staging.add(destination, async (temporary) => {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // The copy is hashed, not the source: it is what is handed over, nobody else writes to it, and it is
    // still in memory.
    const sha256 = await sha256Of(temporary);
    await chmod(temporary, mode);
    return { size: (await stat(temporary)).size, sha256 };
  });
}

async function checkSource(source: string): Promise<void> {
  const problem = await access(source, constants.R_OK).then(
    async () => ((await stat(source)).isFile() ? undefined : 'it is no regular file'),
    (error: unknown) =>
      errnoOf(error) === 'ENOENT' ? 'it does not exist' : `it cannot be read: ${String(error)}`,
  );
  if (problem === undefined) return;
  throw artifactError('ARTIFACTS_SOURCE_MISSING', {
    what: `${source} cannot be placed`,
    why: problem,
  });
}

/** What stands at the destination, where it is the same as the source in bytes and has the mode. */
async function sameFile(source: string, destination: string, mode: number): Promise<Copied | undefined> {
  try {
    const [from, to] = await Promise.all([stat(source), lstat(destination)]);
    if (!to.isFile() || to.size !== from.size || !hasMode(to.mode, mode)) return undefined;
    const sha256 = await commonSha256(source, destination);
    return sha256 === undefined ? undefined : { size: to.size, sha256 };
  } catch {
    // A destination that is absent or cannot be read is not the same; what else ails it, writing will tell.
    return undefined;
  }
}

/** Windows has no permission bits to compare. */
function hasMode(actual: number, wanted: number): boolean {
  return process.platform === 'win32' || (actual & 0o777) === wanted;
}

async function stageText(staging: Staging, destination: string, text: string): Promise<void> {
  if (readText(destination) === text) return;
  await staging.add(destination, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
}
