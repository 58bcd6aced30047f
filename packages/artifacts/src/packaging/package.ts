import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, extname, join, posix } from 'node:path';
import { checkWithinWorkspace, platformNames, readText } from '@millwright/toolkit/core';
import { type ArchiveFormat, archiveFormats, writeArchive } from '../archives/write.js';
import { writeError } from '../disk/faults.js';
import { Staging } from '../disk/staging.js';
import { artifactsFolder, sideFileEndings, sideFilesOf } from '../layout/layout.js';
import { formatSha256, parseExecutable, parseRecord } from '../layout/side-files.js';
import { checksumFileName, formatChecksumFile } from '../release/checksum-file.js';
import { attestationEndings, signatureEndings } from '../signing/signatures.js';
import { parseSourceDateEpoch, commitTime } from './archive-time.js';
import { documentsOf } from './documents.js';

export interface PackageRequest {
  /** The path of the Nx workspace. All other paths are relative to it, with forward slashes. */
  readonly workspaceRoot: string;
  readonly projectRoot: string;
  /** The artifacts, one archive each. */
  readonly artifacts: readonly string[];
  /** The folder of the archives. All other archives in it are removed. */
  readonly outputPath: string;
  /** The format of all archives except those for Windows, which are zip files. */
  readonly format: Exclude<ArchiveFormat, 'zip'>;
  /** Further files for each archive, placed at its top. */
  readonly files: readonly string[];
  /** The version in the names of the archives (default: the crate's version). */
  readonly releaseVersion?: string | undefined;
}

/** An archive in the output folder. */
export interface PackagedArchive {
  readonly name: string;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * Writes an archive of each artifact with the project's documents, a `.sha256` next to it, and one checksum file over
 * all of them. Earlier archives stay as they are until all new ones are complete.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE, OPTION_INVALID, ARCHIVE_MEMBER_REFUSED, ARTIFACTS_NOT_WRITABLE,
 * ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function packageArtifacts(request: PackageRequest): Promise<readonly PackagedArchive[]> {
  const { workspaceRoot, outputPath } = request;
  const folder = join(workspaceRoot, outputPath);
  for (const path of [outputPath, ...request.artifacts, ...request.files])
    checkWithinWorkspace(workspaceRoot, join(workspaceRoot, path));
  const documents = documentsOf(workspaceRoot, request.projectRoot);
  const digests = new Map<string, string>();
  const archives: PackagedArchive[] = [];
  await using staging = new Staging();
  const addText = async (name: string, text: string) => {
    await staging.add(join(folder, name), (temporary) => writeFile(temporary, text, { flag: 'wx' }));
    digests.set(name, createHash('sha256').update(text).digest('hex'));
  };
  // One after another: each holds its own buffers, and Nx runs other projects' tasks at the same time.
  for (const artifact of request.artifacts) {
    const { name, top, format } = archiveNameOf(artifact, request);
    const members = [artifact, ...documents, ...request.files].map((path) => ({
      name: `${top}/${basename(path)}`,
      source: join(workspaceRoot, path),
      isExecutable: path === artifact && isExecutable(join(workspaceRoot, path)),
    }));
    const time =
      parseSourceDateEpoch(process.env.SOURCE_DATE_EPOCH) ??
      (await commitTime(workspaceRoot, versionOf(workspaceRoot, artifact).revision));
    const written = await staging.add(join(folder, name), (temporary) =>
      writeArchive(temporary, members, format, time),
    );
    digests.set(name, written.sha256);
    await addText(`${name}${sideFileEndings.sha256}`, formatSha256(written.sha256, name));
    archives.push({ name, ...written });
  }
  await staging.add(join(folder, checksumFileName), (temporary) =>
    writeFile(temporary, formatChecksumFile(digests), { flag: 'wx' }),
  );
  await staging.commit();
  removeOthers(folder, new Set(digests.keys()));
  return archives;
}

/** Returns the name of an artifact's archive and of its top folder: `app-1.2.3-linux-amd64`. */
export function archiveNameOf(
  artifact: string,
  {
    workspaceRoot,
    format,
    releaseVersion,
  }: Pick<PackageRequest, 'workspaceRoot' | 'format' | 'releaseVersion'>,
): { readonly name: string; readonly top: string; readonly format: ArchiveFormat } {
  const below = posix.relative(artifactsFolder, posix.dirname(artifact)).split('/');
  const isForWindows = below.includes('windows') || below.some((part) => part.includes('-windows-'));
  // The project's folder is not part of the name, because each project has its own folder of archives.
  const platform = platformNames.some((name) => name === below.slice(0, -1).join('/'))
    ? below.slice(0, -1)
    : below;
  const version = releaseVersion ?? versionOf(workspaceRoot, artifact).version;
  const name = ['.exe', '.wasm'].includes(extname(artifact))
    ? basename(artifact, extname(artifact))
    : basename(artifact);
  const top = [name, ...(version === undefined ? [] : [version]), ...platform].join('-');
  const chosen = isForWindows ? 'zip' : format;
  return { name: `${top}.${chosen}`, top, format: chosen };
}

function versionOf(workspaceRoot: string, artifact: string) {
  const record = parseRecord(readText(sideFilesOf(join(workspaceRoot, artifact)).version) ?? '');
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { version: text(record.version), revision: text(record.revision) };
}

function isExecutable(artifact: string): boolean {
  return parseExecutable(readText(sideFilesOf(artifact).version) ?? '') ?? true;
}

/** Removes archives of earlier runs with other names, and their side files. */
function removeOthers(folder: string, kept: ReadonlySet<string>): void {
  const isOurs = new RegExp(
    `\\.(${archiveFormats.map((format) => format.replace('.', '\\.')).join('|')})(\\.sha256)?$`,
  );
  const attestations = Object.values(attestationEndings);
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const attestation = attestations.find((one) => name.endsWith(one));
      const ending = attestation ?? signatureEndings.find((one) => name.endsWith(one)) ?? '';
      const signed = name.slice(0, name.length - ending.length);
      // Attestations are of the earlier archive, even if the new one has its name.
      if (isOurs.test(signed) && (attestation !== undefined || !kept.has(signed))) rmSync(join(folder, name));
    }
  } catch (error) {
    throw writeError(folder, error);
  }
}
