import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { MillwrightError } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';

/** An ECDSA P-256 public key, as cosign uses it. */
export interface EcdsaPublicKey {
  readonly algorithm: 'ecdsa-p256';
  /** The base64 SHA-256 of the key in DER, which bundles carry as a hint. */
  readonly id: string;
  /** The key as SubjectPublicKeyInfo in DER. */
  readonly spki: Buffer;
}

/** A decrypted ECDSA P-256 private key. */
export interface EcdsaSecretKey {
  readonly publicKey: EcdsaPublicKey;
  readonly key: KeyObject;
}

/** PEM types of private keys: cosign's present and former one, and those of OpenSSL. */
const cosignTypes = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY'];
const plainTypes = ['PRIVATE KEY', 'EC PRIVATE KEY'];
const opensslType = 'ENCRYPTED PRIVATE KEY';
/** `openssl ecparam -genkey` writes it before the key. */
const parametersBlock = /-----BEGIN EC PARAMETERS-----[\s\S]*?-----END EC PARAMETERS-----/;

/** Generates a key pair. */
export function generateEcdsaKey(): EcdsaSecretKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { key: privateKey, publicKey: publicKeyOf(createPublicKey(privateKey)) };
}

/** Formats a public key in PEM, as cosign and OpenSSL read it. */
export function formatEcdsaPublicKey({ spki }: EcdsaPublicKey): string {
  return pem('PUBLIC KEY', spki);
}

/** Formats the public key as one line: its DER in base64. */
export function ecdsaPublicKeyLine({ spki }: EcdsaPublicKey): string {
  return spki.toString('base64');
}

/**
 * Parses a public key: PEM, or only the base64 of its DER.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function parseEcdsaPublicKey(text: string, source: string): EcdsaPublicKey {
  const found = readPem(text);
  if (found !== undefined && found.type !== 'PUBLIC KEY')
    throw invalidKey(source, 'public key', `it contains a ${found.type}`);
  const der = found?.der ?? Buffer.from(text.trim(), 'base64');
  try {
    return checkedCurve(createPublicKey({ key: der, format: 'der', type: 'spki' }), source, publicKeyOf);
  } catch (error) {
    throw asInvalid(error, source, 'public key');
  }
}

/**
 * Formats a private key as cosign does.
 * @param passphrase if undefined, the key is encrypted with the empty passphrase, since cosign reads no other keys
 */
export async function formatEcdsaSecretKey(
  { key }: EcdsaSecretKey,
  passphrase: string | undefined,
): Promise<string> {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const { encryptForCosign } = await import('./cosign-encryption.js');
  return pem('ENCRYPTED SIGSTORE PRIVATE KEY', await encryptForCosign(der, passphrase ?? ''));
}

/** Returns true if the text is a key of any kind in PEM format. */
export function isPem(text: string): boolean {
  return /^\s*-----BEGIN /.test(text);
}

/**
 * Parses a private key of cosign or OpenSSL.
 * @param passphrase asked for only if the key is encrypted with a passphrase that is not empty
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID, SIGNING_PASSPHRASE_WRONG, and what `passphrase` throws
 */
export async function parseEcdsaSecretKey(
  text: string,
  passphrase: () => Promise<string | undefined>,
  source: string,
): Promise<EcdsaSecretKey> {
  const { type, der } = readPem(text.replace(parametersBlock, '')) ?? {};
  if (type === undefined || der === undefined)
    throw invalidKey(source, 'private key', 'it is not a single PEM block');
  try {
    const isLegacy = plainTypes.includes(type) && text.includes('\nProc-Type: 4,ENCRYPTED');
    if (plainTypes.includes(type) && !isLegacy) return secretKeyOf(createPrivateKey(text), source);
    if (type === opensslType || isLegacy) {
      const given = await passphrase();
      if (given === undefined)
        throw wrongPassphrase(source, 'the key is encrypted, and no passphrase was given');
      try {
        return secretKeyOf(createPrivateKey({ key: text, passphrase: given }), source);
      } catch (error) {
        // OpenSSL reports a wrong passphrase as a failure to decrypt or to parse what came of it.
        if ((error as { code?: string }).code?.startsWith('ERR_OSSL') !== true) throw error;
        throw wrongPassphrase(source, 'the passphrase is wrong, or the file was changed');
      }
    }
    if (!cosignTypes.includes(type)) throw invalidKey(source, 'private key', `it contains a ${type}`);
    const { decryptFromCosign } = await import('./cosign-encryption.js');
    const plain = (await decryptFromCosign(der, '')) ?? (await decryptWith(der, await passphrase(), source));
    return secretKeyOf(createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }), source);
  } catch (error) {
    throw asInvalid(error, source, 'private key');
  }
}

/** Returns the key for verifying with node:crypto. */
export function ecdsaVerifyingKey({ spki }: EcdsaPublicKey): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

/**
 * Checks an ECDSA signature in DER, without a bundle.
 * @param content its parts, in order
 */
export async function isSignedBy(
  signature: Buffer,
  key: EcdsaPublicKey,
  content: AsyncIterable<Buffer>,
): Promise<boolean> {
  const verifier = createVerify('sha256');
  for await (const chunk of content) verifier.update(chunk);
  return verifier.verify(ecdsaVerifyingKey(key), signature);
}

async function decryptWith(der: Buffer, passphrase: string | undefined, source: string): Promise<Buffer> {
  if (passphrase === undefined)
    throw wrongPassphrase(source, 'the key is encrypted, and no passphrase was given');
  const { decryptFromCosign } = await import('./cosign-encryption.js');
  const plain = await decryptFromCosign(der, passphrase);
  if (plain === undefined) throw wrongPassphrase(source, 'the passphrase is wrong, or the file was changed');
  return plain;
}

function publicKeyOf(key: KeyObject): EcdsaPublicKey {
  // Through coordinates: a compressed point would give the same key another ID, which a list of revoked keys misses.
  const plain = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  const spki = plain.export({ format: 'der', type: 'spki' });
  return { algorithm: 'ecdsa-p256', id: createHash('sha256').update(spki).digest('base64'), spki };
}

function secretKeyOf(key: KeyObject, source: string): EcdsaSecretKey {
  return checkedCurve(key, source, () => ({ key, publicKey: publicKeyOf(createPublicKey(key)) }));
}

function checkedCurve<Result>(key: KeyObject, source: string, use: (key: KeyObject) => Result): Result {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return use(key);
  const found = details?.namedCurve ?? type ?? 'unknown';
  throw invalidKey(
    source,
    key.type === 'private' ? 'private key' : 'public key',
    `its algorithm is ${found}`,
  );
}

function pem(type: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}

/** Reads a text that is one PEM block and nothing else; undefined for other texts. */
function readPem(text: string): { readonly type: string; readonly der: Buffer } | undefined {
  const [, type, body] = /^-----BEGIN ([A-Z ]+)-----\r?\n([\s\S]*?)-----END \1-----$/.exec(text.trim()) ?? [];
  if (type === undefined || body === undefined || body.includes('-----')) return undefined;
  // OpenSSL's old keys have headers, which only OpenSSL itself reads.
  return { type, der: Buffer.from(body.replaceAll(/\s/g, ''), 'base64') };
}

function asInvalid(error: unknown, source: string, kind: string): unknown {
  if (error instanceof MillwrightError) return error;
  return invalidKey(source, kind, 'it is not a key in DER or PEM format, or is corrupt', error);
}

function invalidKey(source: string, kind: string, why: string, cause?: unknown) {
  return artifactError('SIGNING_KEY_INVALID', {
    what: `${source} is not an ECDSA P-256 ${kind}`,
    why,
    cause,
  });
}

function wrongPassphrase(source: string, why: string) {
  return artifactError('SIGNING_PASSPHRASE_WRONG', { what: `cannot decrypt ${source}`, why });
}
