import {
  type EcdsaPublicKey,
  ecdsaPublicKeyLine,
  formatEcdsaPublicKey,
  isPem,
  parseEcdsaPublicKey,
} from './ecdsa-keys.js';
import { isInBase64 } from './encoding.js';
import { formatPublicKey, parsePublicKey, type PublicKey, publicKeyLine } from './keys.js';

/** A public key that signatures are verified with: of minisign, or of cosign. */
export type TrustedKey = PublicKey | EcdsaPublicKey;

/** Returns true if the key verifies Sigstore bundles, and false if it verifies minisign signatures. */
export function isEcdsaKey(key: TrustedKey): key is EcdsaPublicKey {
  return 'algorithm' in key;
}

/** Formats a public key as one line of base64. */
export function trustedKeyLine(key: TrustedKey): string {
  return isEcdsaKey(key) ? ecdsaPublicKeyLine(key) : publicKeyLine(key);
}

/** Formats a public key as the file that minisign or cosign writes. */
export function formatTrustedKey(key: TrustedKey): string {
  return isEcdsaKey(key) ? formatEcdsaPublicKey(key) : formatPublicKey(key);
}

/** Returns true for a line that trustedKeyLine formatted, or for a key of Tauri, so that it is not a path. */
export function isKeyLine(text: string): boolean {
  return isInBase64(text) || /^(?:RW[A-Za-z0-9+/]{54}|MFkw[A-Za-z0-9+/]{118}==)$/.test(text);
}

/**
 * Parses a public key: a file of minisign or cosign, or one line of base64.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function parseTrustedKey(text: string, source: string): TrustedKey {
  return isPem(text) || text.startsWith('MFkw')
    ? parseEcdsaPublicKey(text, source)
    : parsePublicKey(text, source);
}
