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
  /** The platform, or the target triple where the platform table lacks it. */
  platform: z.string(),
  /** In bytes. */
  size: z.int().nonnegative(),
  /** In lower-case hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether the file is one that runs, and has to have its run bit. */
  executable: z.boolean(),
});
const checksumsFile = z.strictObject({ artifacts: z.array(checksum) });

/** What `checksums.json` says of one artifact. */
export type Checksum = Readonly<z.output<typeof checksum>>;

/**
 * Brings `artifacts/checksums.json` in line with the artifacts and the `.sha256` files beside them, whoever
 * put them there: a build, several at once, or Nx's cache. An artifact without a readable `.sha256` is
 * hashed; the others are not read. Nothing is written where nothing changed.
 * @param workspaceRoot the path of the Nx workspace
 * @returns what the file lists
 * @throws MillwrightError ARTIFACTS_LOCKED, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL,
 * ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function refreshChecksums(workspaceRoot: string): Promise<readonly Checksum[]> {
  const file = join(workspaceRoot, checksumsPath);
  const folder = join(workspaceRoot, artifactsFolder);
  if (!existsSync(file) && scanArtifacts(folder).length === 0) return [];
  // Read and written under one lock: whoever writes last has also looked last.
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
 * What `artifacts/checksums.json` lists.
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
  for (const { path, platform, size, executable, noted } of scanArtifacts(folder)) {
    const sha256 = noted ?? (await sha256Of(join(folder, path)));
    checksums.push({ path, platform, size, sha256, executable });
  }
  return checksums;
}

function formatChecksums(artifacts: readonly Checksum[]): string {
  return `${JSON.stringify({ artifacts }, null, 2)}\n`;
}
