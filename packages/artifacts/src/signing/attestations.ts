import { createSign, createVerify } from 'node:crypto';
import { type Bundle, toDSSEBundle } from '@sigstore/bundle';
import { formatBundle, openBundle } from './bundles.js';
import { type EcdsaPublicKey, type EcdsaSecretKey, ecdsaVerifyingKey } from './ecdsa-keys.js';
import { artifactError } from '../errors.js';

/** An in-toto statement in a signed DSSE envelope, as a Sigstore bundle. Not verified yet. */
export interface Attestation {
  /** Everything that the bundle holds, such as a certificate and log entries. */
  readonly bundle: Bundle;
  /** The base64 SHA-256 of the public key, or any other hint; undefined for a certificate. */
  readonly keyHint: string | undefined;
  /** The statement, as it was signed. */
  readonly payload: Buffer;
  /** In DER. */
  readonly signature: Buffer;
}

/** The payload type of in-toto statements. */
const payloadType = 'application/vnd.in-toto+json';

/** Returns what is signed instead of the payload (DSSE v1.0, "Signature Definition"). */
export function preAuthEncoding(payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

/** Returns the bundle (v0.3) of a signed statement. */
export function attestationBundle(
  payload: Buffer,
  signature: Buffer,
  by: { readonly keyHint: string } | { readonly certificate: Buffer },
): Bundle {
  const bundle = toDSSEBundle({ artifact: payload, artifactType: payloadType, signature, ...by });
  // The library writes the hint, and cosign rejects every keyid but the one that it computes itself.
  bundle.content.dsseEnvelope.signatures = [{ sig: signature, keyid: '' }];
  return bundle;
}

/**
 * Signs a statement with a key of one's own.
 * @param statement the JSON of an in-toto statement
 * @returns a Sigstore bundle (v0.3) in JSON
 */
export function createAttestation(key: EcdsaSecretKey, statement: string): string {
  const payload = Buffer.from(statement);
  const signature = createSign('sha256').update(preAuthEncoding(payload)).sign(key.key);
  return formatBundle(attestationBundle(payload, signature, { keyHint: key.publicKey.id }));
}

/**
 * Parses a Sigstore bundle (v0.1 to v0.3) with a signed in-toto statement.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNATURE_INVALID
 */
export function parseAttestation(text: string, source: string): Attestation {
  const invalid = (why: string, cause?: unknown) =>
    artifactError('SIGNATURE_INVALID', {
      what: `${source} is not an attestation`,
      why,
      remedy: 'download the attestation again, or sign again with the option `attest`',
      cause,
    });
  const bundle = openBundle(text, invalid);
  const { content, verificationMaterial } = bundle;
  if (content.$case !== 'dsseEnvelope')
    throw invalid('it contains the signature of a file instead of an attestation');
  const { payload, payloadType: type, signatures } = content.dsseEnvelope;
  if (type !== payloadType) throw invalid(`its payload type is ${JSON.stringify(type)}`);
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0) throw invalid(`it has ${signatures.length} signatures`);
  const material = verificationMaterial.content;
  return {
    bundle,
    keyHint: material.$case === 'publicKey' ? material.publicKey.hint : undefined,
    payload,
    signature: signature.sig,
  };
}

/** Returns whether a key signed the statement. */
export function isAttestedWith({ payload, signature }: Attestation, key: EcdsaPublicKey): boolean {
  return createVerify('sha256').update(preAuthEncoding(payload)).verify(ecdsaVerifyingKey(key), signature);
}
