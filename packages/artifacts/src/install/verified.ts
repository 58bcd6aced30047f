import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { scanRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { readChecksumFile, signatureState, type TrustedKeys } from '../release/verify.js';
import type { PublicKey } from '../signing/keys.js';

/** What a file has to be, and who says so. */
export interface VerifiedDigest {
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly signer: PublicKey;
}

/**
 * The digest that a trusted signature gives a file: in the signed checksum file, or by a signature of its own.
 * @param path relative to the folder, with forward slashes
 * @param isKnown whether the trusted key is that of an earlier installation
 * @throws MillwrightError INSTALL_NOT_VERIFIED, INSTALL_SIGNER_CHANGED
 */
export async function verifiedDigest(
  folder: string,
  path: string,
  keys: TrustedKeys,
  isKnown: boolean,
): Promise<VerifiedDigest> {
  const file = join(folder, path);
  const checksums = await readChecksumFile(folder, keys);
  const listed = checksums === undefined || 'kind' in checksums ? undefined : checksums;
  const sha256 = listed?.digests.get(path);
  if (sha256 !== undefined && listed?.signature.signer) return { sha256, signer: listed.signature.signer };
  // Both digests come from one reading, so that they are of the same content.
  const digests = { sha256: '', blake2: Buffer.alloc(0) };
  const own = await signatureState(file, keys, async (isPrehashed) => {
    if (!isPrehashed) throw notVerified(path, 'its signature has the legacy format of minisign');
    Object.assign(digests, await bothDigests(file));
    return digests.blake2;
  });
  if (own.signer !== undefined) return { sha256: digests.sha256, signer: own.signer };
  const states = [own, ...(listed === undefined ? [] : [listed.signature])];
  const untrusted = states.find(({ kind }) => kind === 'untrusted');
  if (isKnown && untrusted !== undefined)
    throw artifactError('INSTALL_SIGNER_CHANGED', {
      what: `refusing to install ${path}`,
      why: `${untrusted.detail}, but the installed version was signed with a different key`,
    });
  const said = checksums !== undefined && 'kind' in checksums ? checksums.detail : undefined;
  const inList = listed?.signature.signer && 'SHA256SUMS does not list it';
  throw notVerified(
    path,
    said ?? inList ?? states.findLast(({ kind }) => kind !== 'unsigned')?.detail ?? own.detail,
  );
}

async function bothDigests(file: string): Promise<{ readonly sha256: string; readonly blake2: Buffer }> {
  const [sha256, blake2] = [createHash('sha256'), createHash('blake2b512')];
  for await (const chunk of scanRegularFile(file)) {
    sha256.update(chunk);
    blake2.update(chunk);
  }
  return { sha256: sha256.digest('hex'), blake2: blake2.digest() };
}

function notVerified(path: string, why: string) {
  return artifactError('INSTALL_NOT_VERIFIED', { what: `refusing to install ${path}`, why });
}
