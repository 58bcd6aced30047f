/** The trust in keyless signatures, which are verified without a connection. */
export type { TrustMaterial } from '@sigstore/verify';
export { parseTrustedRoot } from './keyless/trusted-root.js';
