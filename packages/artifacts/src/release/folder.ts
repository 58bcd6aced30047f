import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { artifactError } from '../errors.js';
import { signatureEndings } from '../signing/signatures.js';
import { checksumFileName } from './checksum-file.js';

/** An entry of a folder that must be covered by a signature. */
export interface FolderEntry {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** False for links, devices, sockets and others. */
  readonly isRegular: boolean;
  /** The endings of its own signatures that are next to it. */
  readonly signatures: readonly string[];
}

/**
 * Returns all files below a folder, sorted by path, except its checksum file and signatures of existing
 * files. Does not follow links.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE
 */
export function entriesOf(folder: string): readonly FolderEntry[] {
  return listEntries(folder, true);
}

/**
 * Returns the files directly in a folder as {@link entriesOf}.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE
 */
export function entriesBeside(folder: string): readonly FolderEntry[] {
  return listEntries(folder, false);
}

function listEntries(folder: string, isRecursive: boolean): readonly FolderEntry[] {
  const regular = new Map<string, boolean>();
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (!entry.isDirectory()) regular.set(path, entry.isFile());
      else if (isRecursive) visit(path);
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
    signatureEndings.some((ending) => path.endsWith(ending) && regular.has(path.slice(0, -ending.length)));
  return [...regular]
    .filter(([path]) => path !== checksumFileName && !isSignature(path))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, isRegular]) => ({
      path,
      isRegular,
      signatures: signatureEndings.filter((ending) => regular.has(path + ending)),
    }));
}
