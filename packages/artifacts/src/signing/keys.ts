import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { MillwrightError } from '@millwright/toolkit/core';
import { blake2b } from '@noble/hashes/blake2.js';
import { artifactError } from '../errors.js';
import { algorithms, decodeBase64, linesOf, split, untrustedPrefix } from './encoding.js';
import {
  applyPassphrase,
  newSalt,
  scryptCost,
  type ScryptLimits,
  defaultScryptLimits,
} from './encryption.js';

/** A minisign public key. */
export interface PublicKey {
  /**
   * 16 hexadecimal digits, as minisign prints it. It is random, so it identifies a key but proves nothing.
   */
  readonly id: string;
  /** The Ed25519 key, 32 bytes. */
  readonly bytes: Buffer;
}

/** A decrypted minisign secret key. */
export interface SecretKey {
  readonly publicKey: PublicKey;
  /** The Ed25519 seed, 32 bytes. */
  readonly seed: Buffer;
}

const encryptedBy = Buffer.from('Sc');
const unencrypted = Buffer.alloc(2);
const checksummedBy = Buffer.from('B2');
const checksumLength = 32;
/**
 * Algorithm, key derivation, checksum, salt, operations, memory; then key ID, seed and public key,
 * checksum.
 */
const headLengths = [2, 2, 2, 32, 8, 8] as const;
const bodyLengths = [8, 32, 32, checksumLength] as const;
const secretLength = 158;

/** The prefix of a 32-byte key in DER (RFC 8410). */
const derPrefixes = {
  seed: Buffer.from('302e020100300506032b657004220420', 'hex'),
  public: Buffer.from('302a300506032b6570032100', 'hex'),
} as const;

/** Generates a key pair. */
export function generateKey(): SecretKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  return { publicKey: { id: idOf(randomBytes(8)), bytes: publicBytesOf(seed) }, seed };
}

/** Formats a public key file: a comment and a line of base64. */
export function formatPublicKey(key: PublicKey): string {
  return `${untrustedPrefix}minisign public key ${key.id}\n${publicKeyLine(key)}\n`;
}

/** Formats the public key as one line of base64, as `minisign -P` accepts it. */
export function publicKeyLine({ id, bytes }: PublicKey): string {
  return Buffer.concat([algorithms.legacy, idBytes(id), bytes]).toString('base64');
}

/**
 * Parses a public key file, or only its base64 line.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function parsePublicKey(text: string, source: string): PublicKey {
  const lines = linesOf(text);
  const encoded = lines.length === 1 ? lines[0] : encodedLine(lines, source, 'public key');
  const bytes = decodeBase64(encoded ?? '', 42);
  if (bytes === undefined) throw invalidKey(source, 'public key', 'it does not hold 42 bytes in base64');
  const [algorithm, id, key] = split(bytes, [2, 8, 32]);
  if (!algorithm.equals(algorithms.legacy)) throw otherAlgorithm(source, 'public key', algorithm);
  return { id: idOf(id), bytes: Buffer.from(key) };
}

/**
 * Formats a secret key file for minisign.
 * @param passphrase if undefined, the key is not encrypted
 * @param limits the cost of the encryption, which readers take from the file
 */
export async function formatSecretKey(
  { publicKey, seed }: SecretKey,
  passphrase: string | undefined,
  limits: ScryptLimits = defaultScryptLimits,
): Promise<string> {
  const keys = [idBytes(publicKey.id), seed, publicKey.bytes];
  if (passphrase === undefined) {
    // For an unencrypted key, minisign leaves salt, limits and checksum empty.
    const rest = [Buffer.alloc(48), ...keys, Buffer.alloc(checksumLength)];
    return secretKeyFile('minisign unencrypted secret key', [unencrypted, checksummedBy, ...rest]);
  }
  const cost = scryptCost(limits);
  if (cost === undefined) throw new RangeError('the limits of scrypt are too large');
  const salt = newSalt();
  const body = await applyPassphrase(Buffer.concat([...keys, checksumOf(keys)]), passphrase, salt, cost);
  const noted = Buffer.alloc(16);
  noted.writeBigUInt64LE(limits.operations, 0);
  noted.writeBigUInt64LE(limits.memory, 8);
  return secretKeyFile('minisign encrypted secret key', [encryptedBy, checksummedBy, salt, noted, body]);
}

/**
 * Returns true if a secret key requires a passphrase.
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export function isEncrypted(text: string, source: string): boolean {
  return readSecretKey(text, source).isEncrypted;
}

/**
 * Parses a minisign secret key file.
 * @param passphrase ignored for an unencrypted key
 * @param source the origin of the text, for messages
 * @throws MillwrightError SIGNING_KEY_INVALID, SIGNING_PASSPHRASE_WRONG
 */
export async function parseSecretKey(
  text: string,
  passphrase: string | undefined,
  source: string,
): Promise<SecretKey> {
  const file = readSecretKey(text, source);
  const body = file.isEncrypted ? await decrypt(file, passphrase, source) : file.body;
  const [id, seed, key, checksum] = split(body, bodyLengths);
  const isChecksummed = file.isEncrypted || !checksum.equals(Buffer.alloc(checksumLength));
  if (isChecksummed && !checksum.equals(checksumOf([id, seed, key]))) {
    if (file.isEncrypted) throw wrongPassphrase(source, 'the passphrase is wrong, or the file was changed');
    throw invalidKey(source, 'secret key', 'its checksum does not match');
  }
  if (!publicBytesOf(seed).equals(key))
    throw invalidKey(source, 'secret key', 'its public half does not belong to its secret half');
  return { publicKey: { id: idOf(id), bytes: Buffer.from(key) }, seed: Buffer.from(seed) };
}

/** Returns the key for signing with node:crypto. */
export function signingKey({ seed }: SecretKey): KeyObject {
  return createPrivateKey({ key: Buffer.concat([derPrefixes.seed, seed]), format: 'der', type: 'pkcs8' });
}

/** Returns the key for verifying with node:crypto. */
export function verifyingKey({ bytes }: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([derPrefixes.public, bytes]), format: 'der', type: 'spki' });
}

/** Formats an ID as minisign does: 8 bytes as a little-endian number. */
export function idOf(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

/** Returns the bytes of an ID, in file order. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id, 'hex').reverse();
}

interface SecretKeyFile {
  readonly isEncrypted: boolean;
  readonly salt: Buffer;
  readonly limits: ScryptLimits;
  /** Key ID, seed, public key and checksum. */
  readonly body: Buffer;
}

function readSecretKey(text: string, source: string): SecretKeyFile {
  const bytes = decodeBase64(encodedLine(linesOf(text), source, 'secret key') ?? '', secretLength);
  if (bytes === undefined)
    throw invalidKey(source, 'secret key', `it does not hold ${secretLength} bytes in base64`);
  const [algorithm, encryption, checksum, salt, operations, memory] = split(bytes, headLengths);
  if (!algorithm.equals(algorithms.legacy)) throw otherAlgorithm(source, 'secret key', algorithm);
  if (!encryption.equals(encryptedBy) && !encryption.equals(unencrypted))
    throw otherAlgorithm(source, 'secret key', encryption);
  if (!checksum.equals(checksummedBy)) throw otherAlgorithm(source, 'secret key', checksum);
  return {
    isEncrypted: encryption.equals(encryptedBy),
    salt,
    limits: { operations: operations.readBigUInt64LE(), memory: memory.readBigUInt64LE() },
    body: bytes.subarray(headLengths.reduce((sum, length) => sum + length, 0)),
  };
}

async function decrypt(
  { limits, salt, body }: SecretKeyFile,
  passphrase: string | undefined,
  source: string,
): Promise<Buffer> {
  const cost = scryptCost(limits);
  if (cost === undefined)
    throw invalidKey(
      source,
      'secret key',
      'its encryption requires more memory or time than that of minisign',
    );
  if (passphrase === undefined)
    throw wrongPassphrase(source, 'the key is encrypted, and no passphrase was given');
  return applyPassphrase(body, passphrase, salt, cost);
}

function secretKeyFile(comment: string, parts: readonly Buffer[]): string {
  return `${untrustedPrefix}${comment}\n${Buffer.concat([algorithms.legacy, ...parts]).toString('base64')}\n`;
}

function checksumOf(keys: readonly Buffer[]): Buffer {
  return Buffer.from(blake2b(Buffer.concat([algorithms.legacy, ...keys]), { dkLen: checksumLength }));
}

function publicBytesOf(seed: Buffer): Buffer {
  const key = createPublicKey(signingKey({ seed, publicKey: { id: '', bytes: Buffer.alloc(0) } }));
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

function encodedLine(lines: readonly string[], source: string, kind: string): string | undefined {
  if (!lines[0]?.startsWith(untrustedPrefix))
    throw invalidKey(source, kind, `its first line does not begin with \`${untrustedPrefix.trim()}\``);
  if (lines.length > 2) throw invalidKey(source, kind, 'it has more than two lines');
  return lines[1];
}

function otherAlgorithm(source: string, kind: string, found: Buffer): MillwrightError {
  return invalidKey(source, kind, `it uses an unknown algorithm (${found.toString('latin1')})`);
}

function invalidKey(source: string, kind: string, why: string): MillwrightError {
  return artifactError('SIGNING_KEY_INVALID', { what: `${source} is not a minisign ${kind}`, why });
}

function wrongPassphrase(source: string, why: string): MillwrightError {
  return artifactError('SIGNING_PASSPHRASE_WRONG', { what: `cannot decrypt ${source}`, why });
}
