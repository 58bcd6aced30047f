import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { MillwrightError, platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { sha256Of } from './digest.js';
import { artifactsFolder, checksumsPath, isSideFile, sideFilesOf } from './layout.js';
import { withLock } from './lock.js';
import { writeWhole } from './place.js';

const checksum = z.object({
  /** Relative to `artifacts/`, with forward slashes. */
  path: z.string(),
  /** The platform, or the target triple of one that has no name. */
  platform: z.string(),
  /** Bytes. */
  size: z.number(),
  sha256: z.string(),
});

const checksums = z.object({ artifacts: z.array(checksum) });

export type Checksum = z.output<typeof checksum>;

/**
 * Brings `artifacts/checksums.json` up to date with the artifacts that are there, whoever put them there:
 * builds, or Nx from its cache. It is derived from the files each time, under a lock, so that it is right
 * whichever of several writers comes last.
 * @param workspace the Nx workspace's folder, absolute
 * @throws MillwrightError ARTIFACTS_LOCKED, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL
 */
export async function refreshChecksums(workspace: string): Promise<readonly Checksum[]> {
  const paths = await listArtifacts(workspace);
  if (paths.length === 0 && (await readChecksums(workspace).catch(() => undefined)) === undefined) return [];
  return withLock(join(workspace, artifactsFolder, '.checksums.lock'), async () => {
    const artifacts = await Promise.all(
      (await listArtifacts(workspace)).map((path) => describe(workspace, path)),
    );
    await writeWhole(join(workspace, checksumsPath), `${JSON.stringify({ artifacts }, null, 2)}\n`);
    return artifacts;
  });
}

/**
 * What `artifacts/checksums.json` lists.
 * @throws MillwrightError ARTIFACTS_CHECKSUMS_MISSING, ARTIFACTS_CHECKSUMS_INVALID
 */
export async function readChecksums(workspace: string): Promise<readonly Checksum[]> {
  const text = await readFile(join(workspace, checksumsPath), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new MillwrightError('ARTIFACTS_CHECKSUMS_MISSING', {
      what: `there is no ${checksumsPath}`,
      why: 'no build of this workspace has handed anything over',
    });
  }
  try {
    return checksums.parse(JSON.parse(text)).artifacts;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MillwrightError('ARTIFACTS_CHECKSUMS_INVALID', {
      what: `${checksumsPath} cannot be read`,
      why,
      cause: error,
    });
  }
}

/** Every artifact in the layout, relative to `artifacts/`, sorted; side files, lists and temporaries left out. */
export async function listArtifacts(workspace: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(workspace, artifactsFolder, folder), { withFileTypes: true }).catch(
      (): Dirent[] => [],
    );
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) await visit(path);
      else if (path !== 'checksums.json' && !isSideFile(path)) found.push(path);
    }
  };
  await visit('');
  return found.sort();
}

/** The side file saves reading the artifact; one without is read. */
async function describe(workspace: string, path: string): Promise<Checksum> {
  const file = join(workspace, artifactsFolder, path);
  const side = await readFile(sideFilesOf(file).sha256, 'utf8').catch(() => '');
  const noted = /^([0-9a-f]{64}) /.exec(side)?.[1];
  return {
    path,
    platform: platformOf(path),
    size: (await stat(file)).size,
    sha256: noted ?? (await sha256Of(file)),
  };
}

/** The platform that an artifact's folder stands for; the folder itself for a triple without one. */
function platformOf(path: string): string {
  const folder = posix.dirname(path);
  const platform = platformNames.find((name) => new RegExp(`(^|/)${name}(-musl|-gnu)?$`).test(folder));
  return platform ?? posix.basename(folder);
}
