import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { commonSha256, sha256Of } from './digest.js';
import { errnoOf } from './faults.js';
import { sideFilesOf } from './layout.js';
import { formatRecord, formatSha256, formatVersion, type VersionRecord } from './side-files.js';
import { Staging } from './staging.js';

const executableMode = 0o755;

export interface PlaceRequest {
  /** The file that the build made. */
  readonly source: string;
  /** Where it goes, with its name. */
  readonly destination: string;
  /** The permission bits; 0755 where left out. */
  readonly mode?: number;
  /** What the `.version` file says; facts of the build's inputs alone, since it is a cached output. */
  readonly version: VersionRecord;
  /** What the build took: time, memory, what was compiled; unlike the version it differs from build to build. */
  readonly metrics?: VersionRecord;
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
 * Places an artifact with its `.sha256`, `.version` and `.metrics.json` beside it. All are written whole before the
 * first takes its place; a file that stood there stays as it is where anything fails before that, or where
 * it is the same already.
 * @throws MillwrightError ARTIFACTS_SOURCE_MISSING, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL,
 * ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function placeArtifact(request: PlaceRequest): Promise<PlacedArtifact> {
  const { source, destination, mode = executableMode, version, metrics } = request;
  const beside = sideFilesOf(destination);
  await using staging = new Staging();
  const { size, sha256 } = await stageCopy(staging, source, destination, mode);
  await stageText(staging, beside.sha256, formatSha256(sha256, basename(destination)));
  await stageText(staging, beside.version, formatVersion(version, (mode & 0o111) !== 0));
  if (metrics) await stageText(staging, beside.metrics, formatRecord({ ...metrics, size }));
  await staging.commit();
  return { path: destination, size, sha256 };
}

/**
 * Copies a file that runs to a further place just as atomically, without files beside it.
 * @returns its sha256, in lower-case hexadecimal digits
 * @throws MillwrightError as {@link placeArtifact}
 */
export async function installFile(source: string, destination: string): Promise<string> {
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
  await checkSource(source);
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
  throw new MillwrightError('ARTIFACTS_SOURCE_MISSING', {
    what: `${source} cannot be handed over`,
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
  if ((await readFile(destination, 'utf8').catch(() => undefined)) === text) return;
  await staging.add(destination, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
}
