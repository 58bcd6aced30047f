/** Keys and signatures: the part of this package that works without Nx. */
export type { ReleaseFinding } from './release/findings.js';
export { signFolder } from './release/sign.js';
export { type TrustedKeys, type Verification, verifyFolder } from './release/verify.js';
export { checksumFileName } from './release/checksum-file.js';
export { createRotation, parseRotation, type Rotation, trustedAfter } from './signing/rotation.js';
export { parseRevokedKeys } from './signing/revocations.js';
export {
  formatPublicKey,
  formatSecretKey,
  generateKey,
  isEncrypted,
  parsePublicKey,
  parseSecretKey,
  type PublicKey,
  publicKeyLine,
  type SecretKey,
} from './signing/keys.js';
export {
  createSignature,
  parseSignature,
  type Signature,
  signatureEnding,
  signedBytesOf,
  verifySignature,
} from './signing/signatures.js';
