import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256Of } from '../disk/digest.js';
import { Staging } from '../disk/staging.js';
import { artifactError } from '../errors.js';
import { signatureEndings } from '../signing/signatures.js';
import type { Signer } from '../signing/signer.js';
import { collidingPaths, checksumFileName, formatChecksumFile, pathProblem } from './checksum-file.js';
import { entriesOf, type FolderEntry } from './folder.js';
import { contentOfBytes, contentOfFile } from './signature-state.js';

export interface SignFolderRequest {
  /** Whether each file also gets its own signature. Existing signatures of files are always renewed. */
  readonly perFile?: boolean;
  /** The attestations to write into the folder, by their names. Existing ones are replaced. */
  readonly attestations?: ReadonlyMap<string, string>;
}

/**
 * Writes the checksum file of a folder and its signature; all of the files or none.
 * @returns the paths that the checksum file lists
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE, RELEASE_EMPTY, RELEASE_FILE_REFUSED,
 * SIGNING_COMMENT_INVALID, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function signFolder(
  folder: string,
  signer: Signer,
  { perFile = false, attestations = new Map() }: SignFolderRequest = {},
): Promise<readonly string[]> {
  // Those of a checksum file that was deleted are not content: listed, they would differ from what is written now.
  const lists = signatureEndings.map((ending) => checksumFileName + ending);
  const entries = entriesOf(folder).filter(({ path }) => !lists.includes(path) && !attestations.has(path));
  if (entries.length === 0) throw emptyFolder(folder);
  checkEntries(entries);
  const digests = new Map<string, string>();
  await using staging = new Staging();
  const add = (name: string, content: string) =>
    staging.add(join(folder, name), (temporary) => writeFile(temporary, content, { flag: 'wx' }));
  for (const { path, signatures } of entries) {
    const file = join(folder, path);
    digests.set(path, await sha256Of(file));
    // An own signature that is not renewed would be for other content once the file changed.
    if (perFile || signatures.includes(signer.ending))
      await add(path + signer.ending, await signer.sign(contentOfFile(file).read(), basename(path)));
  }
  for (const [name, attestation] of attestations) {
    await add(name, attestation);
    digests.set(name, createHash('sha256').update(attestation).digest('hex'));
  }
  const text = formatChecksumFile(digests);
  const signature = await signer.sign(contentOfBytes(Buffer.from(text)).read(), checksumFileName);
  await add(checksumFileName, text);
  await add(checksumFileName + signer.ending, signature);
  await staging.commit();
  return [...digests.keys()];
}

/**
 * Writes the signature of one file next to it.
 * @throws MillwrightError RELEASE_FILE_REFUSED, SIGNING_COMMENT_INVALID, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL,
 * ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function signFile(path: string, signer: Signer): Promise<void> {
  await using staging = new Staging();
  const signature = await signer.sign(readable(path), basename(path));
  await staging.add(path + signer.ending, (temporary) => writeFile(temporary, signature, { flag: 'wx' }));
  await staging.commit();
}

async function* readable(path: string): AsyncGenerator<Buffer> {
  try {
    yield* contentOfFile(path).read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw artifactError('RELEASE_FILE_REFUSED', { what: `${path} cannot be signed`, why, cause: error });
  }
}

/** @throws MillwrightError RELEASE_FILE_REFUSED for the first entry that no checksum file can list */
function checkEntries(entries: readonly FolderEntry[]): void {
  const alike = collidingPaths([checksumFileName, ...entries.map(({ path }) => path)]);
  if (alike !== undefined)
    throw artifactError('RELEASE_FILE_REFUSED', {
      what: `${alike[0]} and ${alike[1]} cannot be signed together`,
      why: 'their names differ only in case or Unicode normalization, and some file systems treat them as one file',
      remedy: 'rename one of them',
    });
  for (const { path, isRegular } of entries) {
    const why = isRegular ? pathProblem(path) : 'is not a regular file';
    if (why !== undefined)
      throw artifactError('RELEASE_FILE_REFUSED', { what: `${path} cannot be signed`, why: `it ${why}` });
  }
}

/** Returns the error for a folder without files, whose signature would prove nothing. */
export function emptyFolder(folder: string) {
  return artifactError('RELEASE_EMPTY', {
    what: `the folder ${folder} contains no files`,
    why: 'there is nothing to sign or verify',
  });
}
