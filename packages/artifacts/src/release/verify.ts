import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { sha256Of } from '../disk/digest.js';
import { artifactError } from '../errors.js';
import { attestationEndings, attestedPath } from '../signing/signatures.js';
import { checksumFileName, parseChecksumFile } from './checksum-file.js';
import {
  type ChecksumFile,
  checkFiles,
  type FoundFile,
  type ReleaseFinding,
  type ValidAttestation,
} from './findings.js';
import { entriesOf } from './folder.js';
import { emptyFolder } from './sign.js';
import { contentOfBytes, contentOfFile, signatureState, type TrustedKeys } from './signature-state.js';

export interface Verification {
  /** The number of files that were looked at. */
  readonly files: number;
  /** Empty if everything is right. */
  readonly findings: readonly ReleaseFinding[];
  /** The trusted comment of the checksum file's signature; undefined without a valid minisign signature. */
  readonly trustedComment: string | undefined;
  /** The attestations by trusted signers, by the path of the file that they are about. */
  readonly attestations: readonly (ValidAttestation & { readonly path: string })[];
}

/**
 * Verifies the files of a folder against its checksum file and the signatures next to them. Symbolic links are not
 * followed, and files of any size are read a part at a time; only what a signature of minisign's old format (`Ed`)
 * covers has to fit into memory.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE, RELEASE_EMPTY
 */
export async function verifyFolder(folder: string, keys: TrustedKeys): Promise<Verification> {
  const checksums = await readChecksumFile(folder, keys);
  const found: FoundFile[] = [];
  for (const { path, isRegular, signatures } of entriesOf(folder)) {
    const file = join(folder, path);
    const signature =
      signatures.length > 0 ? await signatureState(file, keys, contentOfFile(file)) : undefined;
    found.push({ path, sha256: isRegular ? await readDigest(file) : undefined, signature });
  }
  const attestations: (ValidAttestation & { readonly path: string })[] = [];
  for (const [index, file] of found.entries()) {
    const about = attestedPath(file.path);
    if (about === undefined || file.sha256 === undefined) continue;
    const { attestationState } = await import('./attestation-state.js');
    const sha256 = found.find(({ path }) => path === about)?.sha256;
    const attestation = await attestationState(join(folder, file.path), keys, sha256);
    found[index] = { ...file, attestation };
    if (attestation.kind === 'signed') attestations.push({ ...attestation, path: about });
  }
  const isBroken = checksums !== undefined && 'kind' in checksums;
  const usable = isBroken ? undefined : checksums;
  if (found.length === 0 && !isBroken && (usable?.digests.size ?? 0) === 0) throw emptyFolder(folder);
  return {
    files: found.length,
    findings: [...(isBroken ? [checksums] : []), ...checkFiles(usable, found)],
    trustedComment: usable?.signature.kind === 'signed' ? usable.signature.trustedComment : undefined,
    attestations,
  };
}

/**
 * Verifies one file against its own signatures, and the checksum file next to it. Other files of the folder do not
 * matter.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE
 */
export async function verifyFile(file: string, keys: TrustedKeys): Promise<Verification> {
  const path = basename(file);
  const checksums = await readChecksumFile(dirname(resolve(file)), keys);
  const usable = checksums !== undefined && 'kind' in checksums ? undefined : checksums;
  const own = await signatureState(file, keys, contentOfFile(file));
  const signature = own.kind === 'unsigned' ? undefined : own;
  const sha256 = await readDigest(file);
  const attestations: (ValidAttestation & { readonly path: string })[] = [];
  const faults: ReleaseFinding[] = [];
  for (const ending of Object.values(attestationEndings)) {
    if (lstatSync(file + ending, { throwIfNoEntry: false }) === undefined) continue;
    // Loads a library that a file without attestations does not need.
    const { attestationState } = await import('./attestation-state.js');
    const state = await attestationState(file + ending, keys, sha256);
    if (state.kind === 'signed') attestations.push({ ...state, path });
    else if (state.kind !== 'untrusted') faults.push({ path: path + ending, ...state });
  }
  const findings = checkFiles(usable, [{ path, sha256, signature }]);
  const signed = [own, usable?.signature].find((state) => state?.kind === 'signed');
  return {
    files: 1,
    findings: [...findings.filter((finding) => finding.path === path), ...faults],
    trustedComment: signed?.trustedComment,
    attestations,
  };
}

/** The checksum file, or what makes it unusable; undefined if there is none. */
export async function readChecksumFile(
  folder: string,
  keys: TrustedKeys,
): Promise<ChecksumFile | ReleaseFinding | undefined> {
  const file = join(folder, checksumFileName);
  const { bytes, failure } = readRegularFile(file, { links: 'refuse' });
  if (failure?.kind === 'missing') return undefined;
  if (bytes === undefined) return { kind: 'invalid', path: checksumFileName, detail: failure.why };
  try {
    // The bytes that are parsed are those whose signature is verified.
    return {
      digests: parseChecksumFile(bytes.toString('utf8'), checksumFileName),
      signature: await signatureState(file, keys, contentOfBytes(bytes)),
    };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return { kind: 'invalid', path: checksumFileName, detail: error.why };
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
