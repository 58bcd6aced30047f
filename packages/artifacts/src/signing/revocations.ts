import { parseEcdsaPublicKey } from './ecdsa-keys.js';
import { linesOf, untrustedPrefix } from './encoding.js';
import { parseTrustedKey, type TrustedKey } from './trusted-keys.js';

/**
 * Parses a list of revoked keys: public key files, one after another, with comments that start with `#`.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function parseRevokedKeys(text: string, source: string): readonly TrustedKey[] {
  const keys: TrustedKey[] = [];
  let block: string[] | undefined;
  for (const [index, line] of linesOf(text).entries()) {
    if (line.startsWith('-----BEGIN ')) block = [];
    if (block !== undefined) {
      block.push(line);
      if (!line.startsWith('-----END ')) continue;
      keys.push(parseEcdsaPublicKey(block.join('\n'), `the key before line ${index + 2} of ${source}`));
      block = undefined;
      continue;
    }
    const isComment = line.startsWith('#') || line.startsWith(untrustedPrefix) || line.trim() === '';
    if (!isComment) keys.push(parseTrustedKey(line, `line ${index + 1} of ${source}`));
  }
  // A block that is cut off must not hide the keys after it.
  if (block !== undefined) keys.push(parseEcdsaPublicKey(block.join('\n'), `the last key of ${source}`));
  return keys;
}
