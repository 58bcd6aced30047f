/** Keys and signatures: the part of this package that works without Nx. */
export {
  describeAttestation,
  describeSigner,
  formatFindings,
  type ReleaseFinding,
  type SignedBy,
} from './release/findings.js';
export { checkFreshness, leavesOutBuilds } from './release/freshness.js';
export { readSigningKey, readTrustFiles, type TrustFiles } from './release/key-files.js';
export { signFile, signFolder } from './release/sign.js';
export type { TrustedKeys } from './release/signature-state.js';
export { type Verification, verifyFile, verifyFolder } from './release/verify.js';
export type { CertificateIdentity } from './keyless/identity.js';
export { checksumFileName } from './release/checksum-file.js';
export { createRotation, parseRotation, type Rotation, applyRotations } from './signing/rotation.js';
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
  attestationEndings,
  bundleEnding,
  createSignature,
  parseSignature,
  type Signature,
  signatureEnding,
  signedBytesOf,
  verifySignature,
} from './signing/signatures.js';
export { type Signer, signerFor } from './signing/signer.js';
export {
  type EcdsaPublicKey,
  type EcdsaSecretKey,
  formatEcdsaSecretKey,
  generateEcdsaKey,
  isPem,
  parseEcdsaSecretKey,
} from './signing/ecdsa-keys.js';
export {
  formatTrustedKey,
  isKeyLine,
  parseTrustedKey,
  type TrustedKey,
  trustedKeyLine,
} from './signing/trusted-keys.js';
