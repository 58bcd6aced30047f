import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { scanRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { signatureState, type TrustedKeys } from '../release/signature-state.js';
import { readChecksumFiles } from '../release/checksum-lists.js';
import { entriesBeside } from '../release/folder.js';
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
  const checksums = await readChecksumFiles(folder, entriesBeside(folder), keys);
  const lists = checksums.filter((one) => 'digests' in one);
  const listing = lists.filter(({ digests }) => digests.has(path));
  const signed = listing.find(({ signature }) => signature.kind === 'signed');
  const sha256 = signed?.digests.get(path);
  const contrary = listing.find(({ digests }) => digests.get(path) !== sha256);
  if (sha256 !== undefined && signed?.signature.kind === 'signed') {
    if (contrary === undefined) return { sha256, signer: signed.signature.signer };
    throw notVerified(path, `${signed.path} and ${contrary.path} contain different checksums of it`);
  }
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
  const faults = [own, ...(listing.length > 0 ? listing : lists).map(({ signature }) => signature)].filter(
    (state) => state.kind !== 'signed',
  );
  const untrusted = faults.find(({ kind }) => kind === 'untrusted');
  if (isKnown && untrusted !== undefined)
    throw artifactError('INSTALL_SIGNER_CHANGED', {
      what: `refusing to install ${path}`,
      why: `${untrusted.detail}, but the installed version has a different signer`,
    });
  const broken = checksums.find((one) => 'kind' in one);
  const silent = listing.length > 0 ? undefined : lists.find(({ signature }) => signature.kind === 'signed');
  throw notVerified(
    path,
    broken?.detail ??
      (silent && `${silent.path} does not list it`) ??
      (faults.findLast(({ kind }) => kind !== 'unsigned') ?? faults[0])?.detail ??
      '',
  );
}

function notVerified(path: string, why: string) {
  return artifactError('INSTALL_NOT_VERIFIED', { what: `refusing to install ${path}`, why });
}
