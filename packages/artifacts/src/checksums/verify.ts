import { join } from 'node:path';
import { readChecksums } from './checksums.js';
import { compareArtifacts, type Difference, type FoundArtifact } from './compare.js';
import { sha256Of } from '../disk/digest.js';
import { artifactsFolder } from '../layout/layout.js';
import { scanArtifacts } from './scan.js';

/**
 * Compares the artifacts with `artifacts/checksums.json`, reading their full content.
 * @param workspaceRoot the path of the Nx workspace
 * @returns the differences, sorted by path
 * @throws MillwrightError ARTIFACTS_CHECKSUMS_MISSING, ARTIFACTS_CHECKSUMS_INVALID
 */
export async function verifyArtifacts(workspaceRoot: string): Promise<readonly Difference[]> {
  const listed = readChecksums(workspaceRoot);
  const folder = join(workspaceRoot, artifactsFolder);
  const found: FoundArtifact[] = [];
  for (const artifact of scanArtifacts(folder)) {
    found.push({ ...artifact, sha256: await sha256Of(join(folder, artifact.path)) });
  }
  return compareArtifacts(listed, found);
}
