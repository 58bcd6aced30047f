import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkWithinWorkspace, formatInputsRecord, type InputsRecord, readText } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { checkPlatform } from './check-platform.js';
import { commonSha256, sha256Of } from '../disk/digest.js';
import { errnoOf } from '../disk/faults.js';
import { sideFilesOf } from '../layout/layout.js';
import { checkOwner } from './owner.js';
import { formatRecord, formatSha256, formatVersion, type VersionRecord } from '../layout/side-files.js';
import { type ProvenanceFacts, provenanceOf } from '../provenance/statement.js';
import { Staging } from '../disk/staging.js';
import { formatUnits, type UnitsRecord } from '../units/record.js';

const executableMode = 0o755;

export interface PlaceRequest {
  /** The built file. */
  readonly source: string;
  /** The path of the Nx workspace. */
  readonly workspaceRoot: string;
  /** The absolute path of the destination, including its name. */
  readonly destination: string;
  /** The Nx project that owns the file. */
  readonly project: string;
  /** Returns true if the workspace has a project of this name. */
  readonly isProject: (name: string) => boolean;
  /** The permission bits (default: 0755). */
  readonly mode?: number;
  /**
   * The content of the `.version` file. It must depend only on the build's inputs, because it is a cached
   * output.
   */
  readonly version: VersionRecord;
  /** Measurements of the build, such as time and memory. Unlike the version, they differ between builds. */
  readonly metrics?: VersionRecord;
  /** The undeclared inputs of the build. */
  readonly inputs?: InputsRecord | undefined;
  /** What was compiled for the artifact; undefined if the build tool cannot tell. */
  readonly units?: UnitsRecord | undefined;
  /** What the `.provenance.json` file says in addition to the `.version` file. */
  readonly provenance?: ProvenanceFacts | undefined;
}

export interface PlacedArtifact {
  /** The destination. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Places an artifact with its side files. All files are written completely before the first is renamed to
 * its destination. If anything fails before that, or if the file is identical, the existing file stays
 * untouched.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE, ARTIFACT_PLACE_WRONG if the folder is for another
 * platform, ARTIFACT_NAME_TAKEN if it contains another project's artifact of that name,
 * ARTIFACTS_SOURCE_MISSING, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function placeArtifact(request: PlaceRequest): Promise<PlacedArtifact> {
  const {
    source,
    destination,
    mode = executableMode,
    version,
    metrics,
    inputs,
    units,
    provenance,
    project,
  } = request;
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
  if (units) await stageText(staging, beside.units, formatUnits(units));
  if (provenance) {
    const statement = provenanceOf({ name: basename(destination), sha256 }, provenance, version);
    await stageText(staging, beside.provenance, formatRecord(statement));
  }
  await staging.commit();
  // Those of an earlier build describe another file.
  if (!units) await rm(beside.units, { force: true });
  if (!provenance) await rm(beside.provenance, { force: true });
  return { path: destination, size, sha256 };
}

/**
 * Atomically copies an executable file to an additional destination, without side files.
 * @returns its sha256 in lower-case hexadecimal
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
  const existing = await sameFile(source, destination, mode);
  if (existing) return existing;
  return staging.add(destination, async (temporary) => {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // Hashes the copy and not the source, because the copy is what is delivered. Nothing else writes to it,
    // and it is still in memory.
    const sha256 = await sha256Of(temporary);
    await chmod(temporary, mode);
    return { size: (await stat(temporary)).size, sha256 };
  });
}

async function checkSource(source: string): Promise<void> {
  const problem = await access(source, constants.R_OK).then(
    async () => ((await stat(source)).isFile() ? undefined : 'it is not a regular file'),
    (error: unknown) =>
      errnoOf(error) === 'ENOENT' ? 'the build did not produce it' : `it cannot be read: ${String(error)}`,
  );
  if (problem === undefined) return;
  throw artifactError('ARTIFACTS_SOURCE_MISSING', {
    what: `cannot place ${source} in artifacts/`,
    why: problem,
  });
}

/** Returns the existing file at the destination if its content and mode equal those of the source. */
async function sameFile(source: string, destination: string, mode: number): Promise<Copied | undefined> {
  try {
    const [from, to] = await Promise.all([stat(source), lstat(destination)]);
    if (!to.isFile() || to.size !== from.size || !hasMode(to.mode, mode)) return undefined;
    const sha256 = await commonSha256(source, destination);
    return sha256 === undefined ? undefined : { size: to.size, sha256 };
  } catch {
    // A missing or unreadable destination is not the same. Writing reports any other problem.
    return undefined;
  }
}

/** Windows has no permission bits to compare. */
function hasMode(actual: number, expected: number): boolean {
  return process.platform === 'win32' || (actual & 0o777) === expected;
}

async function stageText(staging: Staging, destination: string, text: string): Promise<void> {
  if (readText(destination) === text) return;
  await staging.add(destination, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
}
