import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { scanRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { signatureState, type TrustedKeys } from '../release/signature-state.js';
import { readChecksumFile } from '../release/verify.js';
import type { SignedBy } from '../release/findings.js';

/** The expected digest of a file, and its signer. */
export interface VerifiedDigest {
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly signer: SignedBy;
}

/**
 * The digest that a trusted signature gives a file: in the signed checksum file, or by a signature of its own.
 * @param path relative to the folder, with forward slashes
 * @param isKnown whether the trusted signer is that of an earlier installation
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
  if (sha256 !== undefined && listed?.signature.kind === 'signed')
    return { sha256, signer: listed.signature.signer };
  // Signature and digest are computed in one pass, so that they belong to the same content.
  let read: string | undefined;
  const measured = async function* () {
    const hash = createHash('sha256');
    for await (const chunk of scanRegularFile(file)) {
      hash.update(chunk);
      yield chunk;
    }
    read = hash.digest('hex');
  };
  const own = await signatureState(file, keys, {
    signedBytes: async (isPrehashed) => {
      if (!isPrehashed) throw notVerified(path, 'its signature has the legacy format of minisign');
      const hash = createHash('blake2b512');
      for await (const chunk of measured()) hash.update(chunk);
      return hash.digest();
    },
    read: measured,
  });
  if (own.kind === 'signed' && read !== undefined) return { sha256: read, signer: own.signer };
  const faults = [own, ...(listed === undefined ? [] : [listed.signature])].filter(
    (state) => state.kind !== 'signed',
  );
  const untrusted = faults.find(({ kind }) => kind === 'untrusted');
  if (isKnown && untrusted !== undefined)
    throw artifactError('INSTALL_SIGNER_CHANGED', {
      what: `refusing to install ${path}`,
      why: `${untrusted.detail}, but the installed version has a different signer`,
    });
  const said = checksums !== undefined && 'kind' in checksums ? checksums.detail : undefined;
  const inList = listed?.signature.kind === 'signed' ? 'SHA256SUMS does not list it' : undefined;
  throw notVerified(
    path,
    said ?? inList ?? (faults.findLast(({ kind }) => kind !== 'unsigned') ?? faults[0])?.detail ?? '',
  );
}

function notVerified(path: string, why: string) {
  return artifactError('INSTALL_NOT_VERIFIED', { what: `refusing to install ${path}`, why });
}
