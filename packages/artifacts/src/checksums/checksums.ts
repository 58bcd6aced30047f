import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '@millwright/toolkit';
import { z } from 'zod';
import { artifactError } from '../errors.js';
import { sha256Of } from '../disk/digest.js';
import { artifactsFolder, checksumsPath } from '../layout/layout.js';
import { withLock } from '../disk/lock.js';
import { scanArtifacts } from './scan.js';
import { Staging } from '../disk/staging.js';

/** The lock on `checksums.json`, relative to the Nx workspace. */
export const checksumsLockPath = `${artifactsFolder}/.checksums.lock`;

const checksum = z.strictObject({
  /** Relative to `artifacts/`, with forward slashes. */
  path: z.string(),
  /** The platform, or the target triple if it is not in the platform table. */
  platform: z.string(),
  /** In bytes. */
  size: z.int().nonnegative(),
  /** In lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** True if the file must have its execute permission. */
  executable: z.boolean(),
});
const checksumsFile = z.strictObject({ artifacts: z.array(checksum) });

/** An entry of `checksums.json`. */
export type Checksum = Readonly<z.output<typeof checksum>>;

/**
 * Updates `artifacts/checksums.json` from the artifacts and the `.sha256` files beside them, regardless of
 * whether builds or Nx's cache put them there. Only artifacts without a valid `.sha256` file are hashed.
 * Writes nothing if nothing changed.
 * @param workspaceRoot the path of the Nx workspace
 * @returns the entries of the file
 * @throws MillwrightError ARTIFACTS_LOCKED, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL,
 * ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function refreshChecksums(workspaceRoot: string): Promise<readonly Checksum[]> {
  const file = join(workspaceRoot, checksumsPath);
  const folder = join(workspaceRoot, artifactsFolder);
  if (!existsSync(file) && scanArtifacts(folder).length === 0) return [];
  // Scans and writes under one lock, so that the last writer has the latest state.
  return withLock(join(workspaceRoot, checksumsLockPath), async () => {
    const checksums = await currentChecksums(folder);
    const text = formatChecksums(checksums);
    if (readText(file) === text) return checksums;
    await using staging = new Staging();
    await staging.add(file, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
    await staging.commit();
    return checksums;
  });
}

/**
 * Reads `artifacts/checksums.json`.
 * @throws MillwrightError ARTIFACTS_CHECKSUMS_MISSING, ARTIFACTS_CHECKSUMS_INVALID
 */
export function readChecksums(workspaceRoot: string): readonly Checksum[] {
  const text = readText(join(workspaceRoot, checksumsPath));
  if (text === undefined) {
    throw artifactError('ARTIFACTS_CHECKSUMS_MISSING', {
      what: `${checksumsPath} does not exist`,
      why: 'nothing was built in this workspace yet, or the file was deleted',
    });
  }
  try {
    return checksumsFile.parse(JSON.parse(text)).artifacts;
  } catch (error) {
    throw artifactError('ARTIFACTS_CHECKSUMS_INVALID', {
      what: `${checksumsPath} cannot be read`,
      why: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      cause: error,
    });
  }
}

async function currentChecksums(folder: string): Promise<Checksum[]> {
  const checksums: Checksum[] = [];
  for (const { path, platform, size, executable, recordedSha256 } of scanArtifacts(folder)) {
    const sha256 = recordedSha256 ?? (await sha256Of(join(folder, path)));
    checksums.push({ path, platform, size, sha256, executable });
  }
  return checksums;
}

function formatChecksums(artifacts: readonly Checksum[]): string {
  return `${JSON.stringify({ artifacts }, null, 2)}\n`;
}
