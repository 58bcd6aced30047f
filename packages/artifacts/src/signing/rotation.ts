import { createHash, sign, verify } from 'node:crypto';
import { artifactError } from '../errors.js';
import { type EcdsaPublicKey, type EcdsaSecretKey, ecdsaVerifyingKey } from './ecdsa-keys.js';
import type { PublicKey, SecretKey } from './keys.js';
import { createSignature, parseSignature, verifySignature } from './signatures.js';
import { isEcdsaKey, parseTrustedKey, type TrustedKey, trustedKeyLine } from './trusted-keys.js';

const heading = 'millwright key rotation 1';
/**
 * The hash of statements that ECDSA keys sign. Signatures of files use SHA-256, so that the signature of a file with the
 * text of a statement is not that of a statement.
 */
const statementHash = 'sha512';

/** A statement that one key replaces another. */
export interface Rotation {
  readonly from: TrustedKey;
  readonly to: TrustedKey;
}

/**
 * A statement that a key takes the place of another, with the old key's signature below it: one of minisign, or the
 * ECDSA signature in base64. The keys can be of different kinds.
 * @returns the text of one file
 */
export function createRotation(old: SecretKey | EcdsaSecretKey, to: TrustedKey): string {
  const rotation = { from: old.publicKey, to };
  const statement = statementOf(rotation);
  return 'seed' in old
    ? statement + createSignature(old, digestOf(statement), commentOf(rotation))
    : `${statement}${sign(statementHash, Buffer.from(statement), old.key).toString('base64')}\n`;
}

/**
 * Reads a statement, and verifies that the key which it replaces signed it. Whether that key is trusted is for the
 * caller.
 * @param source where the text comes from, for the message
 * @throws MillwrightError ROTATION_INVALID
 */
export function parseRotation(text: string, source: string): Rotation {
  const [, from = '', to = ''] = new RegExp(`^${heading}\nfrom: (\\S+)\nto: (\\S+)\n`).exec(text) ?? [];
  try {
    const rotation = {
      from: parseTrustedKey(from, 'its line `from`'),
      to: parseTrustedKey(to, 'its line `to`'),
    };
    const statement = statementOf(rotation);
    if (!text.startsWith(statement)) throw new Error('it is not a rotation statement');
    const signature = text.slice(statement.length);
    if (isEcdsaKey(rotation.from)) verifyEcdsa(rotation.from, statement, signature);
    else verifyMinisign(rotation.from, rotation, statement, signature);
    return rotation;
  } catch (error) {
    throw artifactError('ROTATION_INVALID', {
      what: `${source} is not a valid key rotation statement`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

function verifyMinisign(key: PublicKey, rotation: Rotation, statement: string, text: string): void {
  const signature = parseSignature(text, 'its signature');
  verifySignature(signature, key, digestOf(statement), 'the statement');
  // Whoever signs all files of a folder may sign one with the text of a statement.
  if (signature.trustedComment !== commentOf(rotation))
    throw new Error('its signature is that of a file, not of a rotation statement');
}

function verifyEcdsa(key: EcdsaPublicKey, statement: string, text: string): void {
  if (!/^[A-Za-z\d+/]+=*\n$/.test(text)) throw new Error('its signature is not one line of base64');
  const signature = Buffer.from(text, 'base64');
  if (!verify(statementHash, Buffer.from(statement), ecdsaVerifyingKey(key), signature))
    throw new Error('the signature of the statement does not match');
}

/**
 * Returns the trusted keys after rotations: the given keys, and all keys that a trusted and not revoked key names as
 * its replacement.
 * @param rotations in any order
 */
export function applyRotations(
  trusted: readonly TrustedKey[],
  rotations: readonly Rotation[],
  revoked: readonly TrustedKey[],
): readonly TrustedKey[] {
  const keys = [...trusted];
  const isSame = (one: TrustedKey, other: TrustedKey) => trustedKeyLine(one) === trustedKeyLine(other);
  for (const key of keys)
    for (const { from, to } of rotations)
      if (
        isSame(key, from) &&
        !revoked.some(({ id }) => id === from.id) &&
        !keys.some((known) => isSame(known, to))
      )
        keys.push(to);
  return keys;
}

function statementOf({ from, to }: Rotation): string {
  return `${heading}\nfrom: ${trustedKeyLine(from)}\nto: ${trustedKeyLine(to)}\n`;
}

function commentOf({ from, to }: Rotation): string {
  return `${heading}: ${from.id} to ${to.id}`;
}

function digestOf(statement: string): Buffer {
  return createHash('blake2b512').update(statement).digest();
}
