import { createHash } from 'node:crypto';
import { artifactError } from '../errors.js';
import { parsePublicKey, type PublicKey, publicKeyLine, type SecretKey } from './keys.js';
import { isEcdsaKey, type TrustedKey } from './trusted-keys.js';
import { createSignature, parseSignature, verifySignature } from './signatures.js';

const heading = 'millwright key rotation 1';

/** A statement that one key replaces another. */
export interface Rotation {
  readonly from: PublicKey;
  readonly to: PublicKey;
}

/**
 * A statement that a key takes the place of another, with the old key's minisign signature below it.
 * @returns the text of one file
 */
export function createRotation(old: SecretKey, to: PublicKey): string {
  const statement = statementOf({ from: old.publicKey, to });
  const digest = createHash('blake2b512').update(statement).digest();
  return statement + createSignature(old, digest, `${heading}: ${old.publicKey.id} to ${to.id}`);
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
      from: parsePublicKey(from, 'its line `from`'),
      to: parsePublicKey(to, 'its line `to`'),
    };
    const statement = statementOf(rotation);
    if (!text.startsWith(statement)) throw new Error('it is not a rotation statement');
    const signature = parseSignature(text.slice(statement.length), 'its signature');
    verifySignature(signature, rotation.from, createHash('blake2b512').update(statement).digest(), source);
    return rotation;
  } catch (error) {
    throw artifactError('ROTATION_INVALID', {
      what: `${source} is not a valid key rotation statement`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

/**
 * Returns the trusted keys after rotations: the given keys, and all keys that a trusted and not revoked key names as
 * its replacement. Statements are of minisign keys; keys of cosign stay as they are.
 * @param rotations in any order
 */
export function applyRotations(
  trusted: readonly TrustedKey[],
  rotations: readonly Rotation[],
  revoked: readonly TrustedKey[],
): readonly TrustedKey[] {
  const keys = [...trusted];
  const has = (list: readonly TrustedKey[], { id, bytes }: PublicKey) =>
    list.some((key) => !isEcdsaKey(key) && key.id === id && key.bytes.equals(bytes));
  for (const key of keys)
    for (const { from, to } of rotations)
      if (has([key], from) && !revoked.some(({ id }) => id === from.id) && !has(keys, to)) keys.push(to);
  return keys;
}

function statementOf({ from, to }: Rotation): string {
  return `${heading}\nfrom: ${publicKeyLine(from)}\nto: ${publicKeyLine(to)}\n`;
}
