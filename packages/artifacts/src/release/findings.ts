import type { TrustedKey } from '../signing/trusted-keys.js';
import type { CertificateIdentity } from '../keyless/identity.js';
import { checksumFileName, type Digests } from './checksum-file.js';

/** The signer of a file: a key, or the identity in the certificate of a keyless signature. */
export type SignedBy = TrustedKey | CertificateIdentity;

/** A valid signature by a trusted key or identity. */
export interface ValidSignature {
  readonly kind: 'signed';
  readonly signer: SignedBy;
  /** Undefined for Sigstore bundles, which have none. */
  readonly trustedComment: string | undefined;
}

/** What a trusted signer says about a file. */
export interface ValidAttestation {
  readonly kind: 'signed';
  readonly signer: SignedBy;
  readonly predicateType: string;
  /** Who built the file and from which commit; undefined for other attestations than SLSA provenance. */
  readonly builder: string | undefined;
  readonly commit: string | undefined;
}

/** Describes a signer, as what a file is signed with. */
export function describeSigner(signer: SignedBy): string {
  return 'issuer' in signer ? `the certificate of ${signer.identity}` : `the key ${signer.id}`;
}

/** Describes an attestation in one line. */
export function describeAttestation({
  path,
  predicateType,
  builder,
  commit,
  signer,
}: ValidAttestation & { readonly path: string }): string {
  const said =
    builder === undefined
      ? `attested: ${predicateType}`
      : `built by ${builder}${commit === undefined ? '' : ` from the commit ${commit}`}`;
  return `${path}: ${said}, signed with ${describeSigner(signer)}`;
}

/** Why a file counts as not signed. */
export interface SignatureFault {
  readonly kind: 'unsigned' | 'untrusted' | 'revoked' | 'stale' | 'invalid';
  /** The reason, as a clause. */
  readonly detail: string;
}

/** The result of verifying a file's signatures. */
export type SignatureState = ValidSignature | SignatureFault;

export interface FoundFile {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** Undefined if it is not a regular file. */
  readonly sha256: string | undefined;
  /** The state of the file's own signature, if it has one. */
  readonly signature: SignatureState | undefined;
  /** The state of the attestation that the file is, if it is one. */
  readonly attestation?: ValidAttestation | SignatureFault | undefined;
}

export interface ReleaseFinding {
  readonly kind: 'changed' | 'missing' | 'extra' | SignatureFault['kind'];
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** The reason, as a clause. */
  readonly detail: string;
}

/** The checksum file of a folder. */
export interface ChecksumFile {
  readonly digests: Digests;
  readonly signature: SignatureState;
}

/**
 * Returns the problems with the files of a folder, sorted by path. A file is accepted if its digest is
 * listed in a signed checksum file, or if it has its own signature. Whatever covers it must match.
 * @param checksums undefined if the folder has no checksum file
 */
export function checkFiles(
  checksums: ChecksumFile | undefined,
  found: readonly FoundFile[],
): readonly ReleaseFinding[] {
  const foundByPath = new Map(found.map((file) => [file.path, file]));
  const paths = [...new Set([...(checksums?.digests.keys() ?? []), ...foundByPath.keys()])].sort();
  return paths.flatMap((path): ReleaseFinding[] => {
    const file = foundByPath.get(path);
    const fault = file ? faultOf(file, checksums) : { kind: 'missing' as const, detail: 'it does not exist' };
    return fault === undefined ? [] : [{ path, ...fault }];
  });
}

function faultOf(
  { path, sha256, signature, attestation }: FoundFile,
  checksums: ChecksumFile | undefined,
): Omit<ReleaseFinding, 'path'> | undefined {
  const listed = checksums?.digests.get(path);
  if (sha256 === undefined)
    return { kind: listed === undefined ? 'extra' : 'changed', detail: 'it is not a regular file' };
  if (listed !== undefined && listed !== sha256)
    return { kind: 'changed', detail: `its SHA-256 differs from ${checksumFileName}` };
  // One of a signer that is not trusted is a file like others: the checksum file has to cover it.
  if (attestation !== undefined && attestation.kind !== 'untrusted')
    return attestation.kind === 'signed' ? undefined : attestation;
  if (signature !== undefined) {
    if (signature.kind === 'signed') return undefined;
    if (signature.kind === 'stale')
      return { kind: 'changed', detail: 'its own signature does not match its content' };
    return { kind: signature.kind, detail: `its own signature: ${signature.detail}` };
  }
  if (checksums === undefined)
    return {
      kind: 'unsigned',
      detail: `there is no ${checksumFileName}, and it has no signature of its own`,
    };
  if (listed === undefined) return { kind: 'extra', detail: `it is not listed in ${checksumFileName}` };
  if (checksums.signature.kind === 'signed') return undefined;
  return { kind: checksums.signature.kind, detail: `${checksumFileName}: ${checksums.signature.detail}` };
}

/** One line for each finding, in columns. A name with a line feed must not look like two findings. */
export function formatFindings(findings: readonly ReleaseFinding[]): string {
  const shown = findings.map(({ kind, path, detail }) => ({
    kind,
    path: path.replaceAll('\n', '\\n'),
    detail: detail.replaceAll('\n', '\\n'),
  }));
  const width = Math.max(...shown.map(({ path }) => path.length));
  return shown
    .map(({ kind, path, detail }) => `${kind.padEnd(9)}  ${path.padEnd(width)}  ${detail}`)
    .join('\n');
}
