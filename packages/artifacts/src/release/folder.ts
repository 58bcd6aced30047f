import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { artifactError } from '../errors.js';
import { signatureEnding } from '../signing/signatures.js';
import { checksumFileName } from './checksum-file.js';

/** An entry of a folder that has to be covered by a signature. */
export interface FolderEntry {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** False for links, devices, sockets and the like. */
  readonly isRegular: boolean;
  /** Whether a signature of its own lies next to it. */
  readonly hasSignature: boolean;
}

/**
 * All files below a folder, sorted by path, without its checksum file and the signatures of files that exist. Links are
 * not followed.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE
 */
export function entriesOf(folder: string): readonly FolderEntry[] {
  const regular = new Map<string, boolean>();
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else regular.set(path, entry.isFile());
    }
  };
  try {
    visit('');
  } catch (error) {
    throw artifactError('RELEASE_FOLDER_UNREADABLE', {
      what: `${folder} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  const isSignature = (path: string) =>
    path.endsWith(signatureEnding) && regular.has(path.slice(0, -signatureEnding.length));
  return [...regular]
    .filter(([path]) => path !== checksumFileName && !isSignature(path))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, isRegular]) => ({ path, isRegular, hasSignature: regular.has(path + signatureEnding) }));
}
