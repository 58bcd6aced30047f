import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { ifExists } from '../disk/faults.js';
import { archivesFolder, isSideFile, readFolder, sideFileEndings, sideFilesOf } from '../layout/layout.js';
import { parseExecutable, parseSha256 } from '../layout/side-files.js';

export interface ScannedArtifact {
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  readonly platform: string;
  /** In bytes. */
  readonly size: number;
  /** True if the owner may execute it. Always true on Windows, which has no execute permission. */
  readonly runBit: boolean;
  /**
   * True if its `.version` file says that it is executable. If that says nothing, the execute permission
   * decides.
   */
  readonly executable: boolean;
  /** The digest in its `.sha256` file. Undefined if that is missing or invalid. */
  readonly recordedSha256: string | undefined;
}

/**
 * Returns all artifacts of the layout below a folder, sorted by path, without reading their content.
 * Synchronous, because for such small files an asynchronous call costs more than its work.
 * @param folder the path of `artifacts/`, which may not exist
 */
export function scanArtifacts(folder: string): readonly ScannedArtifact[] {
  return scanFolder(folder, '').sort((a, b) => (a.path < b.path ? -1 : 1));
}

function scanFolder(root: string, folder: string): ScannedArtifact[] {
  const entries = list(join(root, folder)).filter((entry) => !entry.name.startsWith('.'));
  const inner = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => scanFolder(root, inner(entry.name)));
  const { platform, known } = readFolder(folder);
  // Archives contain artifacts, and have their own checksum file.
  if (folder === archivesFolder) return [];
  const containsArtifacts = known || entries.some((entry) => entry.name.endsWith(sideFileEndings.sha256));
  if (folder === '' || !containsArtifacts) return below;
  const here = entries
    .filter((entry) => !entry.isDirectory() && !isSideFile(entry.name))
    .flatMap((entry) => scanFile(root, inner(entry.name), entry.name, platform));
  return [...below, ...here];
}

function scanFile(root: string, path: string, name: string, platform: string): ScannedArtifact[] {
  const file = statOf(join(root, path));
  if (!file?.isFile()) return [];
  const beside = sideFilesOf(join(root, path));
  const runBit = process.platform === 'win32' || (file.mode & 0o100) !== 0;
  return [
    {
      path,
      platform,
      size: file.size,
      runBit,
      executable: parseExecutable(read(beside.version)) ?? runBit,
      recordedSha256: parseSha256(read(beside.sha256), name),
    },
  ];
}

/** A folder or file that disappears during the scan is treated as missing. */
function list(folder: string): Dirent[] {
  return ifExists(() => readdirSync(folder, { withFileTypes: true })) ?? [];
}

function read(path: string): string {
  return readText(path) ?? '';
}
