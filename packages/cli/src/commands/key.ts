import { rmSync } from 'node:fs';
import {
  createRotation,
  type EcdsaSecretKey,
  formatEcdsaSecretKey,
  formatSecretKey,
  formatTrustedKey,
  generateEcdsaKey,
  generateKey,
  isEncrypted,
  isPem,
  parseEcdsaSecretKey,
  parseSecretKey,
  type SecretKey,
  type TrustedKey,
  trustedKeyLine,
} from '@millwright/artifacts/signing';
import { readInput, writeNew } from '../io/files.js';
import { newPassphrase, passphraseFor } from '../io/passphrase.js';
import { readPublicKey } from '../io/trust.js';
import { exitCodes, type Result } from '../io/result.js';

interface GenerateOptions {
  readonly format: 'minisign' | 'cosign';
  readonly secretKey?: string;
  readonly publicKey?: string;
  /** False for a key that is not encrypted. */
  readonly passphrase: boolean;
  readonly passphraseFile?: string;
}

/** Writes a new key pair: both files or none. */
export async function generate(options: GenerateOptions): Promise<Result> {
  const { format, secretKey = `${format}.key`, publicKey = `${format}.pub` } = options;
  const passphrase = options.passphrase ? await newPassphrase(options.passphraseFile) : undefined;
  const { key, text } = await newKey(format, passphrase);
  writeNew(secretKey, text, 0o600);
  try {
    writeNew(publicKey, formatTrustedKey(key), 0o644);
  } catch (error) {
    rmSync(secretKey, { force: true });
    throw error;
  }
  const line = trustedKeyLine(key);
  return {
    exitCode: exitCodes.done,
    text: [
      `Key ${key.id}`,
      `  secret: ${secretKey}${passphrase === undefined ? ' (not encrypted)' : ''}`,
      `  public: ${publicKey}`,
      `Verify with: millwright verify <folder> --key ${format === 'minisign' ? line : publicKey}`,
    ].join('\n'),
    data: { keyId: key.id, publicKey: line, files: [secretKey, publicKey] },
  };
}

/** Generates a key, and formats its secret part. */
async function newKey(
  format: GenerateOptions['format'],
  passphrase: string | undefined,
): Promise<{ readonly key: TrustedKey; readonly text: string }> {
  if (format === 'minisign') {
    const key = generateKey();
    return { key: key.publicKey, text: await formatSecretKey(key, passphrase) };
  }
  const key = generateEcdsaKey();
  return { key: key.publicKey, text: await formatEcdsaSecretKey(key, passphrase) };
}

/** Prints the public key of a secret key. */
export async function showPublic(
  path: string,
  { passphraseFile }: { readonly passphraseFile?: string },
): Promise<Result> {
  const { publicKey } = await readSecretKey(path, passphraseFile);
  return {
    exitCode: exitCodes.done,
    text: formatTrustedKey(publicKey).trimEnd(),
    data: { keyId: publicKey.id, publicKey: trustedKeyLine(publicKey) },
  };
}

interface RotateOptions {
  /** The public key that replaces the old one, or the path of its file. */
  readonly to: string;
  /** The path of the statement. */
  readonly out: string;
  readonly passphraseFile?: string;
}

/**
 * Writes a statement, signed with the old key, that another key replaces it.
 * @throws MillwrightError SIGNING_KEY_INVALID
 */
export async function rotate(path: string, { to, out, passphraseFile }: RotateOptions): Promise<Result> {
  const next = readPublicKey(to);
  const old = await readSecretKey(path, passphraseFile);
  writeNew(out, createRotation(old, next), 0o644);
  return {
    exitCode: exitCodes.done,
    text: `${out}: the key ${next.id} replaces ${old.publicKey.id}\nVerify with: millwright verify <folder> --key <old key> --rotation ${out}`,
    data: { from: old.publicKey.id, to: next.id, file: out },
  };
}

/** Reads a secret key of any format, and asks for its passphrase if it has one. */
export async function readSecretKey(
  path: string,
  passphraseFile: string | undefined,
): Promise<SecretKey | EcdsaSecretKey> {
  const text = readInput(path);
  return isPem(text)
    ? parseEcdsaSecretKey(text, () => passphraseFor(path, passphraseFile), path)
    : readMinisignKey(text, path, passphraseFile);
}

async function readMinisignKey(
  text: string,
  path: string,
  passphraseFile: string | undefined,
): Promise<SecretKey> {
  const passphrase = isEncrypted(text, path) ? await passphraseFor(path, passphraseFile) : undefined;
  return parseSecretKey(text, passphrase, path);
}
