import { describe, expect, it } from 'vitest';
import { parseTrustedRoot } from './trusted-root.js';

const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
const json = (changes: object = {}) => JSON.stringify({ mediaType, ...changes });

describe('rejects a trusted root that', () => {
  it.each([
    ['is empty', '', 'it is not JSON'],
    ['is cut off', json().slice(0, -4), 'it is not JSON'],
    ['is null', 'null', 'its media type is missing'],
    [
      'is a bundle',
      json({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }),
      'its media type is "app',
    ],
    ['has no certificate authority', json(), 'it has no certificate authority'],
    ['has a log without a key', json({ tlogs: [{}] }), 'a field is missing'],
    [
      'has a certificate that is none',
      json({ certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: 'AAAA' }] } }] }),
      'a field is missing',
    ],
  ])('%s', (_, text, why) => {
    expect(() => parseTrustedRoot(text, 'root.json')).toThrow(
      expect.objectContaining({
        code: 'TRUSTED_ROOT_INVALID',
        what: 'root.json is not a trusted root of Sigstore',
        why: expect.stringContaining(why) as string,
      }),
    );
  });
});
