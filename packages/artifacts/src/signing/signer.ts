import { createHash } from 'node:crypto';
import { artifactError } from '../errors.js';
import type { EcdsaSecretKey } from './ecdsa-keys.js';
import type { SecretKey } from './keys.js';
import { bundleEnding, createSignature, signatureEnding } from './signatures.js';

/** Makes signature files of one format. */
export interface Signer {
  /** Appended to the name of the signed file. */
  readonly ending: string;
  /**
   * Returns the signature file of content.
   * @param content its parts, in order
   * @param name the name of the file, for the default comment
   */
  readonly sign: (content: AsyncIterable<Buffer>, name: string) => Promise<string>;
  /**
   * Returns a Sigstore bundle with an in-toto statement in a signed DSSE envelope. Undefined for minisign keys, which have
   * no such format.
   * @param statement the JSON of the statement
   */
  readonly attest: ((statement: string) => Promise<string>) | undefined;
}

/**
 * Returns the signer for a key: minisign signatures for minisign keys, Sigstore bundles for ECDSA keys.
 * @param comment the trusted comment of minisign signatures (default: the name of the
 * file, but no time, so that the same content gives the same signature); bundles have none
 * @throws MillwrightError SIGNING_COMMENT_INVALID
 */
export function signerFor(key: SecretKey | EcdsaSecretKey, comment: string | undefined): Signer {
  if ('seed' in key)
    return {
      ending: signatureEnding,
      sign: async (content, name) => {
        const hash = createHash('blake2b512');
        for await (const chunk of content) hash.update(chunk);
        return createSignature(key, hash.digest(), comment ?? `file:${name}`);
      },
      attest: undefined,
    };
  checkNoComment(comment);
  return {
    ending: bundleEnding,
    sign: async (content) => (await import('./bundles.js')).createBundle(key, content),
    attest: async (statement) => (await import('./attestations.js')).createAttestation(key, statement),
  };
}

/** @throws MillwrightError SIGNING_COMMENT_INVALID, since bundles have no comments */
export function checkNoComment(comment: string | undefined): void {
  if (comment === undefined) return;
  throw artifactError('SIGNING_COMMENT_INVALID', {
    what: 'the comment cannot be signed',
    why: 'Sigstore bundles have no comments',
    remedy: 'leave the comment out, or sign with a minisign key',
  });
}
