import { createHash, createSign, createVerify } from 'node:crypto';
import {
  type Bundle,
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  bundleToJSON,
  toMessageSignatureBundle,
  ValidationError,
} from '@sigstore/bundle';
import { artifactError } from '../errors.js';
import { type EcdsaPublicKey, type EcdsaSecretKey, ecdsaVerifyingKey } from './ecdsa-keys.js';

/** A bundle with the signature of a file, made with a key or with a certificate. */
export interface FileBundle {
  /** Everything that it holds, such as a certificate and log entries. */
  readonly bundle: Bundle;
  /** The base64 SHA-256 of the public key, or any other hint; undefined for a certificate. */
  readonly keyHint: string | undefined;
  /** The SHA-256 of the file. It finds the file, and proves nothing. */
  readonly digest: Buffer;
  /** In DER. */
  readonly signature: Buffer;
}

/** Whether a key signed the content of a file, according to a bundle. */
export type BundleMatch = 'valid' | 'other-content' | 'other-key';

const mediaTypes = [
  BUNDLE_V03_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V01_MEDIA_TYPE,
];

/**
 * Signs content with a key of one's own.
 * @param content its parts, in order
 * @returns a Sigstore bundle (v0.3) in JSON. Each call gives another signature of the same content.
 */
export async function createBundle(key: EcdsaSecretKey, content: AsyncIterable<Buffer>): Promise<string> {
  const [hash, signer] = [createHash('sha256'), createSign('sha256')];
  for await (const chunk of content) {
    hash.update(chunk);
    signer.update(chunk);
  }
  return formatBundle(
    toMessageSignatureBundle({
      digest: hash.digest(),
      signature: signer.sign(key.key),
      keyHint: key.publicKey.id,
    }),
  );
}

/** Formats a bundle as JSON. */
export function formatBundle(bundle: Bundle): string {
  return `${JSON.stringify(bundleToJSON(bundle))}\n`;
}

/**
 * Parses a Sigstore bundle (v0.1 to v0.3) with the signature of a file.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNATURE_INVALID
 */
export function parseBundle(text: string, source: string): FileBundle {
  const invalid = (why: string, cause?: unknown) =>
    artifactError('SIGNATURE_INVALID', { what: `${source} is not a Sigstore bundle`, why, cause });
  const bundle = openBundle(text, invalid);
  const { content, verificationMaterial } = bundle;
  if (content.$case === 'dsseEnvelope')
    throw invalid('it contains an attestation instead of the signature of a file');
  const { messageDigest, signature } = content.messageSignature;
  if (messageDigest.digest.length !== 32) throw invalid('its message digest is not a SHA-256');
  const material = verificationMaterial.content;
  return {
    bundle,
    keyHint: material.$case === 'publicKey' ? material.publicKey.hint : undefined,
    digest: messageDigest.digest,
    signature,
  };
}

/**
 * Checks the signature of a bundle, and that its digest is that of the content.
 * @param content its parts, in order
 */
export async function matchBundle(
  bundle: FileBundle,
  key: EcdsaPublicKey,
  content: AsyncIterable<Buffer>,
): Promise<BundleMatch> {
  const [hash, verifier] = [createHash('sha256'), createVerify('sha256')];
  for await (const chunk of content) {
    hash.update(chunk);
    verifier.update(chunk);
  }
  const isSigned = verifier.verify(ecdsaVerifyingKey(key), bundle.signature);
  if (!hash.digest().equals(bundle.digest)) return 'other-content';
  return isSigned ? 'valid' : 'other-key';
}

/**
 * Parses a Sigstore bundle (v0.1 to v0.3) with any content.
 * @param invalid makes the error with the reason that it is none
 */
export function openBundle(text: string, invalid: (why: string, cause?: unknown) => Error): Bundle {
  const json = parseJson(text, invalid);
  if ('base64Signature' in json)
    throw invalid('it has the format of cosign 2; sign with `--new-bundle-format`');
  const { mediaType } = json;
  if (typeof mediaType !== 'string' || !mediaTypes.includes(mediaType))
    throw invalid(`its media type is ${mediaType === undefined ? 'missing' : JSON.stringify(mediaType)}`);
  return readBundle(json, invalid);
}

function parseJson(text: string, invalid: (why: string, cause?: unknown) => Error): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>;
  } catch (error) {
    throw invalid('it is not valid JSON', error);
  }
  throw invalid('it is not a JSON object');
}

function readBundle(json: object, invalid: (why: string, cause?: unknown) => Error): Bundle {
  try {
    return bundleFromJSON(json);
  } catch (error) {
    const fields = error instanceof ValidationError ? error.fields.join(', ') : undefined;
    throw invalid(fields === undefined ? 'a field has the wrong type' : `it lacks ${fields}`, error);
  }
}
