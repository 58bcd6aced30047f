import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { type Checksum, listArtifacts, readChecksums } from './checksums.js';
import { sha256Of } from './digest.js';
import { artifactsFolder, sideFilesOf } from './layout.js';

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Relative to `artifacts/`. */
  readonly path: string;
  readonly why: string;
}

/**
 * Compares the files below `artifacts/` with `checksums.json`, reading every byte of them.
 * @throws MillwrightError ARTIFACTS_CHECKSUMS_MISSING, ARTIFACTS_CHECKSUMS_INVALID
 */
export async function verifyArtifacts(workspace: string): Promise<Difference[]> {
  const listed = await readChecksums(workspace);
  const known = new Set(listed.map(({ path }) => path));
  const extra = (await listArtifacts(workspace)).filter((path) => !known.has(path));
  const compared = await Promise.all(listed.map((entry) => compare(workspace, entry)));
  return [
    ...compared.filter((difference) => difference !== undefined),
    ...extra.map((path) => ({ kind: 'extra' as const, path, why: 'checksums.json does not list it' })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function compare(workspace: string, entry: Checksum): Promise<Difference | undefined> {
  const file = join(workspace, artifactsFolder, entry.path);
  const facts = await stat(file).catch(() => undefined);
  const changed = (why: string): Difference => ({ kind: 'changed', path: entry.path, why });
  if (!facts) return { kind: 'missing', path: entry.path, why: 'checksums.json lists it' };
  if (facts.size !== entry.size) return changed(`it has ${facts.size} bytes in place of ${entry.size}`);
  const sha256 = await sha256Of(file);
  if (sha256 !== entry.sha256) return changed(`its sha256 is ${sha256} in place of ${entry.sha256}`);
  if ((facts.mode & 0o111) === 0) return changed('nobody may run it');
  const side = await readFile(sideFilesOf(file).sha256, 'utf8').catch(() => undefined);
  if (side === undefined) return changed('its .sha256 is missing');
  return side.startsWith(`${sha256} `) ? undefined : changed('its .sha256 says otherwise');
}
