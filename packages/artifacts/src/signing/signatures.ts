import { createHash, sign, verify } from 'node:crypto';
import { scanRegularFile, streamRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { algorithms, decodeBase64, linesOf, split, trustedPrefix, untrustedPrefix } from './encoding.js';
import { idBytes, idOf, type PublicKey, type SecretKey, signingKey, verifyingKey } from './keys.js';

/** A minisign signature file. */
export interface Signature {
  /** The ID of the signer's key, see PublicKey.id. */
  readonly keyId: string;
  /** True if the BLAKE2b-512 of the content is signed. minisign before 0.6 signed the content itself. */
  readonly isPrehashed: boolean;
  /** The Ed25519 signature, 64 bytes. */
  readonly bytes: Buffer;
  /** The signer's comment, which the global signature protects. */
  readonly trustedComment: string;
  /** The Ed25519 signature over the signature and the trusted comment, 64 bytes. */
  readonly globalBytes: Buffer;
}

/** The extension of a signature, appended to the name of the signed file. */
export const signatureEnding = '.minisig';
/** The extension of a Sigstore bundle, likewise. */
export const bundleEnding = '.sigstore.json';
/** The extensions of both formats. */
export const signatureEndings: readonly string[] = [signatureEnding, bundleEnding];
/** The extensions of attestations, appended to the name of the file that they are about. */
export const attestationEndings = {
  provenance: `.provenance${bundleEnding}`,
  sbom: `.cdx${bundleEnding}`,
} as const;

/** Returns the file that an attestation is about, by its path; undefined if the path is not that of an attestation. */
export function attestedPath(path: string): string | undefined {
  const ending = Object.values(attestationEndings).find((one) => path.endsWith(one));
  return ending === undefined || path.length === ending.length ? undefined : path.slice(0, -ending.length);
}

const chunkBytes = 1 << 20;
/** minisign's limits in bytes, including the prefix and the terminating zero. */
const maxCommentLength = 1024 - untrustedPrefix.length - 1;
const maxTrustedCommentLength = 8192 - trustedPrefix.length - 1;

/**
 * Returns the bytes of a file that are signed: the BLAKE2b-512 of its content, or the content for the
 * legacy format.
 * @throws Error if it is not a regular file or cannot be read
 */
export async function signedBytesOf(path: string, isPrehashed: boolean): Promise<Buffer> {
  if (!isPrehashed) {
    const chunks: Buffer[] = [];
    for await (const chunk of streamRegularFile(path, chunkBytes)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  const hash = createHash('blake2b512');
  for await (const chunk of scanRegularFile(path)) hash.update(chunk);
  return hash.digest();
}

/**
 * Signs content, prehashed as minisign does by default.
 * @param signedBytes see signedBytesOf
 * @param trustedComment one line that verifiers can trust
 * @returns the signature file
 * @throws MillwrightError SIGNING_COMMENT_INVALID
 */
export function createSignature(key: SecretKey, signedBytes: Buffer, trustedComment: string): string {
  const problem = commentProblem(trustedComment);
  if (problem !== undefined)
    throw artifactError('SIGNING_COMMENT_INVALID', {
      what: `the comment ${JSON.stringify(trustedComment.slice(0, 60))} cannot be signed`,
      why: problem,
    });
  const privateKey = signingKey(key);
  const bytes = sign(null, signedBytes, privateKey);
  const globalBytes = sign(null, Buffer.concat([bytes, Buffer.from(trustedComment)]), privateKey);
  const line = Buffer.concat([algorithms.prehashed, idBytes(key.publicKey.id), bytes]);
  return [
    `${untrustedPrefix}signature from minisign secret key`,
    line.toString('base64'),
    `${trustedPrefix}${trustedComment}`,
    globalBytes.toString('base64'),
    '',
  ].join('\n');
}

/**
 * Parses a minisign signature file.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNATURE_INVALID
 */
export function parseSignature(text: string, source: string): Signature {
  const invalid = (why: string) =>
    artifactError('SIGNATURE_INVALID', { what: `${source} is not a minisign signature`, why });
  const [untrusted = '', encoded = '', trusted = '', encodedGlobal = '', ...trailing] = linesOf(text);
  if (!untrusted.startsWith(untrustedPrefix))
    throw invalid(`its first line does not begin with \`${untrustedPrefix.trim()}\``);
  if (Buffer.byteLength(untrusted) > untrustedPrefix.length + maxCommentLength)
    throw invalid('its untrusted comment is too long');
  const bytes = decodeBase64(encoded, 74);
  if (bytes === undefined) throw invalid('its second line is not 74 bytes in base64');
  const [algorithm, id, signature] = split(bytes, [2, 8, 64]);
  const isPrehashed = algorithm.equals(algorithms.prehashed);
  if (!isPrehashed && !algorithm.equals(algorithms.legacy))
    throw invalid(`it uses an unknown algorithm (${algorithm.toString('latin1')})`);
  if (!trusted.startsWith(trustedPrefix))
    throw invalid(`its third line does not begin with \`${trustedPrefix.trim()}\``);
  const trustedComment = trusted.slice(trustedPrefix.length);
  const problem = commentProblem(trustedComment);
  if (problem !== undefined) throw invalid(`its trusted comment is invalid: ${problem}`);
  const globalBytes = decodeBase64(encodedGlobal, 64);
  if (globalBytes === undefined) throw invalid('its fourth line is not 64 bytes in base64');
  if (trailing.length > 0) throw invalid('it has more than four lines');
  return { keyId: idOf(id), isPrehashed, bytes: signature, trustedComment, globalBytes };
}

/**
 * Verifies a signature.
 * @param signedBytes see signedBytesOf
 * @param source the signed object, for messages
 * @throws MillwrightError SIGNATURE_KEY_DIFFERS, SIGNATURE_CONTENT_DIFFERS, SIGNATURE_COMMENT_CHANGED
 */
export function verifySignature(
  signature: Signature,
  key: PublicKey,
  signedBytes: Buffer,
  source: string,
): void {
  if (signature.keyId !== key.id)
    throw artifactError('SIGNATURE_KEY_DIFFERS', {
      what: `${source} is not signed with the key ${key.id}`,
      why: `its signature was made with the key ${signature.keyId}`,
    });
  const publicKey = verifyingKey(key);
  if (!verify(null, signedBytes, publicKey, signature.bytes))
    throw artifactError('SIGNATURE_CONTENT_DIFFERS', {
      what: `the signature of ${source} does not match its content`,
      why: 'the file or its signature was changed, or another key has the same ID',
    });
  const commented = Buffer.concat([signature.bytes, Buffer.from(signature.trustedComment)]);
  if (!verify(null, commented, publicKey, signature.globalBytes))
    throw artifactError('SIGNATURE_COMMENT_CHANGED', {
      what: `the trusted comment in the signature of ${source} is invalid`,
      why: 'the comment was changed after signing',
    });
}

function commentProblem(comment: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- the pattern must match them
  if (/[\u0000\r\n]/.test(comment)) return 'it has more than one line, or a zero byte';
  if (!comment.isWellFormed() || comment.includes('\uFFFD')) return 'it is not text in UTF-8';
  if (Buffer.byteLength(comment) > maxTrustedCommentLength)
    return `it is longer than ${maxTrustedCommentLength} bytes`;
  return undefined;
}
