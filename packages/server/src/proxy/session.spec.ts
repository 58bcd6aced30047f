import { describe, expect, it } from 'vitest';
import { reasonOf } from './session.js';

describe('the reason of a request that failed', () => {
  const failed = (message: string, code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });

  it.each([
    ['connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED', ''],
    ['certificate has expired', 'CERT_HAS_EXPIRED', ''],
    ...[
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ].map((code) => [
      'of TLS',
      code,
      '; set NODE_EXTRA_CA_CERTS to the file with the certificate of your authority',
    ]),
  ])('"%s" (%s)', (message, code, help) => {
    expect(reasonOf(failed(message, code))).toBe(message + help);
  });
});
