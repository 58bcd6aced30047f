/** Keyless signing: the part of this package that opens connections. */
export { readToken, tokenSource, type TokenSource } from './keyless/identity-token.js';
export { keylessSigner, type SigstoreServices } from './keyless/sign.js';
