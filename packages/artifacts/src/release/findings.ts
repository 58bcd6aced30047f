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

/** The detail of a file without any signature. */
export const noSignature = 'it has no signature';

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
  /** What a file that is not listed says of another one, as its checksum file or as a signature of another program. */
  readonly companion?: Companion | undefined;
}

/** A file that no checksum file has to list, because it belongs to one that is verified. */
export interface Companion {
  /** The path of the other file. */
  readonly of: string;
  /** The SHA-256 that it states; undefined for a signature. */
  readonly sha256: string | undefined;
}

export interface ReleaseFinding {
  readonly kind: 'changed' | 'missing' | 'extra' | SignatureFault['kind'];
  /** Below the folder, with forward slashes. */
  readonly path: string;
  /** The reason, as a clause. */
  readonly detail: string;
}

/** A checksum file of a folder. */
export interface ChecksumFile {
  /** Below the folder. */
  readonly path: string;
  readonly digests: Digests;
  readonly signature: SignatureState;
}

/**
 * Returns the problems with the files of a folder, sorted by path. A file is accepted if its digest is
 * listed in a signed checksum file, or if it has its own signature. Whatever covers it must match.
 */
export function checkFiles(
  lists: readonly ChecksumFile[],
  found: readonly FoundFile[],
): readonly ReleaseFinding[] {
  const foundByPath = new Map(found.map((file) => [file.path, file]));
  const listed = new Map<string, ChecksumFile[]>();
  for (const list of lists)
    for (const path of list.digests.keys()) listed.set(path, [...(listed.get(path) ?? []), list]);
  const faultOf = (path: string): Fault | undefined => {
    const file = foundByPath.get(path);
    if (file === undefined)
      return lists.some((list) => list.path === path && list.signature.kind === 'signed')
        ? undefined
        : { kind: 'missing', detail: 'it does not exist' };
    const fault = faultOfFile(file, listed.get(path) ?? [], lists);
    const { companion } = file;
    if (fault === undefined || companion === undefined) return fault;
    if (faultOf(companion.of) !== undefined) return fault;
    return companion.sha256 === undefined || companion.sha256 === foundByPath.get(companion.of)?.sha256
      ? undefined
      : { kind: 'changed', detail: `it does not contain the SHA-256 of ${companion.of}` };
  };
  const paths = [...new Set([...listed.keys(), ...foundByPath.keys()])].sort();
  return paths.flatMap((path): ReleaseFinding[] => {
    const fault = faultOf(path);
    return fault === undefined ? [] : [{ path, ...fault }];
  });
}

type Fault = Omit<ReleaseFinding, 'path'>;

/** @param listing those of the checksum files that list the file */
function faultOfFile(
  { path, sha256, signature, attestation }: FoundFile,
  listing: readonly ChecksumFile[],
  lists: readonly ChecksumFile[],
): Fault | undefined {
  if (sha256 === undefined)
    return { kind: listing.length === 0 ? 'extra' : 'changed', detail: 'it is not a regular file' };
  const other = listing.find(({ digests }) => digests.get(path) !== sha256);
  if (other !== undefined) return { kind: 'changed', detail: `its SHA-256 differs from ${other.path}` };
  // One of a signer that is not trusted is a file like others: the checksum file has to cover it.
  if (attestation !== undefined && attestation.kind !== 'untrusted')
    return attestation.kind === 'signed' ? undefined : attestation;
  if (signature !== undefined && signature.kind !== 'unsigned') {
    if (signature.kind === 'signed') return undefined;
    if (signature.kind === 'stale')
      return { kind: 'changed', detail: 'its own signature does not match its content' };
    return { kind: signature.kind, detail: `its own signature: ${signature.detail}` };
  }
  const [first] = lists;
  if (first === undefined)
    return {
      kind: 'unsigned',
      detail:
        signature === undefined || signature.detail === noSignature
          ? `there is no ${checksumFileName}, and it has no signature of its own`
          : `no checksum file lists it, and ${signature.detail}`,
    };
  const [listingFirst] = listing;
  if (listingFirst === undefined)
    return {
      kind: 'extra',
      detail: `it is not listed in ${lists.length === 1 ? first.path : 'a checksum file'}`,
    };
  if (listing.some((list) => list.signature.kind === 'signed')) return undefined;
  const { path: name, signature: state } = listingFirst;
  return state.kind === 'signed' ? undefined : { kind: state.kind, detail: `${name}: ${state.detail}` };
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
