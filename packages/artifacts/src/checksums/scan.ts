import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { ifPresent } from '../disk/faults.js';
import { archivesFolder, isSideFile, readFolder, sideFileEndings, sideFilesOf } from '../layout/layout.js';
import { parseExecutable, parseSha256 } from '../layout/side-files.js';

export interface ScannedArtifact {
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  readonly platform: string;
  /** In bytes. */
  readonly size: number;
  /** Whether its owner may run it; always so on Windows, which has no run bit. */
  readonly runBit: boolean;
  /** Whether its `.version` file says that it runs; the run bit's word where that says nothing. */
  readonly executable: boolean;
  /** What its `.sha256` file says; undefined where that is missing or not of its form. */
  readonly noted: string | undefined;
}

/**
 * Every artifact in the layout below a folder, sorted by path, without reading the artifacts themselves.
 * Synchronous: for files as small as these, each asynchronous call costs more than its work.
 * @param folder the path of `artifacts/`; one that does not exist holds nothing
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
  // Archives hold artifacts, and have a checksum file of their own.
  if (folder === archivesFolder) return [];
  const ours = known || entries.some((entry) => entry.name.endsWith(sideFileEndings.sha256));
  if (folder === '' || !ours) return below;
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
      noted: parseSha256(read(beside.sha256), name),
    },
  ];
}

/** A folder or file that goes while it is looked at is one that was not there. */
function list(folder: string): Dirent[] {
  return ifPresent(() => readdirSync(folder, { withFileTypes: true })) ?? [];
}

function read(path: string): string {
  return readText(path) ?? '';
}
