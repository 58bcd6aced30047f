import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../disk/digest.js';
import { Staging } from '../disk/staging.js';
import { artifactError } from '../errors.js';
import type { SecretKey } from '../signing/keys.js';
import { createSignature, signatureEnding } from '../signing/signatures.js';
import { alikeNames, checksumFileName, formatChecksumFile, pathProblem } from './checksum-file.js';
import { entriesOf } from './folder.js';

/**
 * Writes the checksum file of a folder and its signature, both or neither.
 * @param trustedComment see createSignature
 * @returns the paths that the checksum file lists
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE, RELEASE_EMPTY, RELEASE_FILE_REFUSED,
 * SIGNING_COMMENT_INVALID, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function signFolder(
  folder: string,
  key: SecretKey,
  trustedComment: string,
): Promise<readonly string[]> {
  const entries = entriesOf(folder);
  if (entries.length === 0) throw emptyFolder(folder);
  const digests = new Map<string, string>();
  const alike = alikeNames([checksumFileName, ...entries.map(({ path }) => path)]);
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
    digests.set(path, await sha256Of(join(folder, path)));
  }
  const text = formatChecksumFile(digests);
  const signature = createSignature(key, createHash('blake2b512').update(text).digest(), trustedComment);
  await using staging = new Staging();
  for (const [name, content] of [
    [checksumFileName, text],
    [checksumFileName + signatureEnding, signature],
  ] as const)
    await staging.add(join(folder, name), (temporary) => writeFile(temporary, content, { flag: 'wx' }));
  await staging.commit();
  return [...digests.keys()];
}

/** Returns the error for a folder without files, whose signature would prove nothing. */
export function emptyFolder(folder: string) {
  return artifactError('RELEASE_EMPTY', {
    what: `${folder} holds no files`,
    why: 'there is nothing to sign or verify',
  });
}
