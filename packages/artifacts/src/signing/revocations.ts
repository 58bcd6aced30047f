import { linesOf, untrustedPrefix } from './encoding.js';
import { parsePublicKey, type PublicKey } from './keys.js';

/**
 * Parses a list of revoked keys: public key files, one after another, with comments that start with `#`.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function parseRevokedKeys(text: string, source: string): readonly PublicKey[] {
  return linesOf(text).flatMap((line, index) => {
    const isComment = line.startsWith('#') || line.startsWith(untrustedPrefix) || line.trim() === '';
    return isComment ? [] : [parsePublicKey(line, `line ${index + 1} of ${source}`)];
  });
}
