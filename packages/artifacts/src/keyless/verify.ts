import { createHash, createVerify } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import {
  type SignedEntity,
  toSignedEntity,
  type TrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
import { type CertificateIdentity, isIdentity } from './identity.js';

/** Who is trusted to sign without a key, and the Sigstore instance that vouches for it. */
export interface CertificateTrust {
  readonly identity: CertificateIdentity;
  readonly root: TrustMaterial;
}

/** Whether a trusted identity signed the content of a file, according to a bundle. */
export type CertificateMatch =
  | { readonly kind: 'valid'; readonly identity: CertificateIdentity }
  | { readonly kind: 'stale' }
  /** With the reason, as a clause. */
  | { readonly kind: 'untrusted' | 'invalid'; readonly detail: string };

/**
 * Verifies a bundle with a certificate, offline: the certificate was issued by the certificate authority of the trusted
 * root and is in its certificate log, the transparency log has the signature, the log or a timestamp authority states that
 * it was made while the certificate was valid, it is over the content, and the identity is the trusted one.
 * @param content its parts, in order
 */
export async function matchCertificate(
  bundle: Bundle,
  trust: CertificateTrust,
  content: AsyncIterable<Buffer>,
): Promise<CertificateMatch> {
  if (bundle.content.$case !== 'messageSignature') throw new Error('the bundle has the signature of a file');
  const { messageDigest, signature } = bundle.content.messageSignature;
  const [hash, verifier] = [createHash('sha256'), createVerify('sha256')];
  for await (const chunk of content) {
    hash.update(chunk);
    verifier.update(chunk);
  }
  const digest = hash.digest();
  if (!digest.equals(messageDigest.digest)) return { kind: 'stale' };
  return matchEntity(bundle, trust, () => ({
    // Its empty content is replaced: the library wants content in memory.
    ...toSignedEntity(bundle, Buffer.alloc(0)),
    signature: {
      signature,
      compareSignature: (other) => other.equals(signature),
      compareDigest: (other) => other.equals(digest),
      compareSignedDigest: (other) => other.equals(digest),
      verifySignature: (key) => verifier.verify(key, signature),
    },
  }));
}

/** Verifies a bundle that holds a signed statement and a certificate, as {@link matchCertificate} does. */
export function matchAttestation(bundle: Bundle, trust: CertificateTrust): CertificateMatch {
  return matchEntity(bundle, trust, () => toSignedEntity(bundle));
}

function matchEntity(
  bundle: Bundle,
  { identity: expected, root }: CertificateTrust,
  entity: () => SignedEntity,
): CertificateMatch {
  if (bundle.verificationMaterial.tlogEntries.length === 0)
    return { kind: 'invalid', detail: 'it has no entry of a transparency log' };
  let found: CertificateIdentity;
  try {
    const signer = new Verifier(root, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
    const { identity } = signer.verify(entity());
    found = {
      identity: identity?.subjectAlternativeName ?? '',
      issuer: identity?.extensions?.issuer ?? '',
    };
  } catch (error) {
    return { kind: 'invalid', detail: reasonOf(error) };
  }
  if (!isIdentity(expected.identity, found.identity))
    return { kind: 'untrusted', detail: `it is signed by ${found.identity}, not by ${expected.identity}` };
  if (found.issuer !== expected.issuer)
    return {
      kind: 'untrusted',
      detail: `it is signed by ${found.identity} of the issuer ${found.issuer}, not of ${expected.issuer}`,
    };
  return { kind: 'valid', identity: found };
}

/** Describes why a bundle is not valid, as a clause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof VerificationError)) return 'its certificate or log entry is malformed';
  const { code, message } = error;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  if (code === 'SIGNATURE_ERROR') return 'it was not made with the key of its certificate';
  if (code === 'TIMESTAMP_ERROR') return `no trusted service states its time (${message})`;
  if (code === 'CERTIFICATE_ERROR') {
    if (cause.includes('expired')) return 'its certificate was not valid at the time of signing';
    return message.includes('SCT')
      ? `its certificate is in no certificate log of the trusted root (${message})`
      : 'no certificate authority of the trusted root issued its certificate';
  }
  return `its transparency log entry is not valid (${message})`;
}
