import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { sha256Of } from '../disk/digest.js';
import { artifactError } from '../errors.js';
import type { PublicKey } from '../signing/keys.js';
import { parseSignature, signatureEnding, signedBytesOf, verifySignature } from '../signing/signatures.js';
import { checksumFileName, parseChecksumFile } from './checksum-file.js';
import {
  type ChecksumFile,
  checkFiles,
  type FoundFile,
  type ReleaseFinding,
  type SignatureState,
} from './findings.js';
import { entriesOf } from './folder.js';
import { emptyFolder } from './sign.js';

/** Whom a verification trusts. */
export interface TrustedKeys {
  readonly trusted: readonly PublicKey[];
  /** Found by their IDs, and stronger than trust. */
  readonly revoked: readonly PublicKey[];
}

export interface Verification {
  /** The number of files that were looked at. */
  readonly files: number;
  /** Empty if everything is right. */
  readonly findings: readonly ReleaseFinding[];
  /** What the signer says of the checksum file; undefined without a valid signature of it. */
  readonly trustedComment: string | undefined;
}

/** A signature takes less than 10 KiB. */
const signatureLimit = 1 << 16;

/**
 * Verifies the files of a folder against its checksum file and the signatures next to them. Symbolic links are not
 * followed, and files of any size are read a part at a time; only what a signature of minisign's old format (`Ed`) covers
 * has to fit into memory.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE, RELEASE_EMPTY
 */
export async function verifyFolder(folder: string, keys: TrustedKeys): Promise<Verification> {
  const checksums = await readChecksumFile(folder, keys);
  const found: FoundFile[] = [];
  for (const { path, isRegular, hasSignature } of entriesOf(folder)) {
    const file = join(folder, path);
    const signature = hasSignature
      ? await signatureState(file, keys, (isPrehashed) => signedBytesOf(file, isPrehashed))
      : undefined;
    found.push({ path, sha256: isRegular ? await readDigest(file) : undefined, signature });
  }
  const isBroken = checksums !== undefined && 'kind' in checksums;
  const usable = isBroken ? undefined : checksums;
  if (found.length === 0 && !isBroken && (usable?.digests.size ?? 0) === 0) throw emptyFolder(folder);
  return {
    files: found.length,
    findings: [...(isBroken ? [checksums] : []), ...checkFiles(usable, found)],
    trustedComment: usable?.signature.kind === 'signed' ? usable.signature.detail : undefined,
  };
}

/** The checksum file, or what makes it unusable; undefined if there is none. */
export async function readChecksumFile(
  folder: string,
  keys: TrustedKeys,
): Promise<ChecksumFile | ReleaseFinding | undefined> {
  const file = join(folder, checksumFileName);
  const { bytes, refusal } = readRegularFile(file, { links: 'refuse' });
  if (refusal?.kind === 'missing') return undefined;
  if (bytes === undefined) return { kind: 'invalid', path: checksumFileName, detail: refusal.why };
  try {
    // The bytes that are parsed are those whose signature is verified.
    const signedBytes = (isPrehashed: boolean) =>
      Promise.resolve(isPrehashed ? createHash('blake2b512').update(bytes).digest() : bytes);
    return {
      digests: parseChecksumFile(bytes.toString('utf8'), checksumFileName),
      signature: await signatureState(file, keys, signedBytes),
    };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return { kind: 'invalid', path: checksumFileName, detail: error.why };
  }
}

/**
 * What the signature next to a file says of it.
 * @param signedBytes see signedBytesOf
 */
export async function signatureState(
  file: string,
  { trusted, revoked }: TrustedKeys,
  signedBytes: (isPrehashed: boolean) => Promise<Buffer>,
): Promise<SignatureState> {
  const { bytes, refusal } = readRegularFile(file + signatureEnding, {
    limit: signatureLimit,
    links: 'refuse',
  });
  if (refusal?.kind === 'missing') return { kind: 'unsigned', detail: 'it has no signature' };
  if (bytes === undefined) return { kind: 'invalid', detail: `its signature is unusable: ${refusal.why}` };
  try {
    const signature = parseSignature(bytes.toString('utf8'), file + signatureEnding);
    const { keyId } = signature;
    if (revoked.some(({ id }) => id === keyId))
      return { kind: 'revoked', detail: `it is signed by the revoked key ${keyId}` };
    const key = trusted.find(({ id }) => id === keyId);
    if (key === undefined) return { kind: 'untrusted', detail: `it is signed by the key ${keyId}` };
    verifySignature(signature, key, await signedBytes(signature.isPrehashed), file);
    return { kind: 'signed', detail: signature.trustedComment, signer: key };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return error.code === 'SIGNATURE_CONTENT_DIFFERS'
      ? { kind: 'stale', detail: 'its signature is for other content' }
      : { kind: 'invalid', detail: `its signature is invalid: ${error.why}` };
  }
}

async function readDigest(file: string): Promise<string> {
  try {
    return await sha256Of(file);
  } catch (error) {
    throw artifactError('RELEASE_FOLDER_UNREADABLE', {
      what: `${file} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}
