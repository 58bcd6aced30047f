import { rmSync } from 'node:fs';
import {
  createRotation,
  formatPublicKey,
  formatSecretKey,
  generateKey,
  isEncrypted,
  parseSecretKey,
  publicKeyLine,
  type SecretKey,
} from '@millwright/artifacts/signing';
import { readInput, writeNew } from '../io/files.js';
import { readPublicKey } from '../io/trust.js';
import { newPassphrase, passphraseFor } from '../io/passphrase.js';
import { exitCodes, type Result } from '../io/result.js';

interface GenerateOptions {
  readonly secretKey: string;
  readonly publicKey: string;
  /** False for a key that is not encrypted. */
  readonly passphrase: boolean;
  readonly passphraseFile?: string;
}

/** Writes a new key pair; neither file if one of them cannot be written. */
export async function generate(options: GenerateOptions): Promise<Result> {
  const key = generateKey();
  const passphrase = options.passphrase ? await newPassphrase(options.passphraseFile) : undefined;
  writeNew(options.secretKey, await formatSecretKey(key, passphrase), 0o600);
  try {
    writeNew(options.publicKey, formatPublicKey(key.publicKey), 0o644);
  } catch (error) {
    rmSync(options.secretKey, { force: true });
    throw error;
  }
  const { id } = key.publicKey;
  const line = publicKeyLine(key.publicKey);
  return {
    exitCode: exitCodes.done,
    text: [
      `Key ${id}`,
      `  secret: ${options.secretKey}${passphrase === undefined ? ' (not encrypted)' : ''}`,
      `  public: ${options.publicKey}`,
      `Verify with: millwright verify <folder> --key ${line}`,
    ].join('\n'),
    data: { keyId: id, publicKey: line, files: [options.secretKey, options.publicKey] },
  };
}

/** The public key that belongs to a secret key. */
export async function showPublic(
  path: string,
  { passphraseFile }: { readonly passphraseFile?: string },
): Promise<Result> {
  const { publicKey } = await readSecretKey(path, passphraseFile);
  return {
    exitCode: exitCodes.done,
    text: formatPublicKey(publicKey).trimEnd(),
    data: { keyId: publicKey.id, publicKey: publicKeyLine(publicKey) },
  };
}

interface RotateOptions {
  /** The public key that takes the place of the old one, or the path of its file. */
  readonly to: string;
  /** Where the statement goes. */
  readonly out: string;
  readonly passphraseFile?: string;
}

/** Writes a statement, signed with the old key, that another key takes its place. */
export async function rotate(path: string, { to, out, passphraseFile }: RotateOptions): Promise<Result> {
  const next = readPublicKey(to);
  const old = await readSecretKey(path, passphraseFile);
  writeNew(out, createRotation(old, next), 0o644);
  return {
    exitCode: exitCodes.done,
    text: `${out}: ${next.id} takes the place of ${old.publicKey.id}\nVerify with: millwright verify <folder> --key <old key> --rotation ${out}`,
    data: { from: old.publicKey.id, to: next.id, file: out },
  };
}

/** Reads a secret key, and asks for its passphrase if it has one. */
export async function readSecretKey(path: string, passphraseFile: string | undefined): Promise<SecretKey> {
  const text = readInput(path);
  const passphrase = isEncrypted(text, path) ? await passphraseFor(path, passphraseFile) : undefined;
  return parseSecretKey(text, passphrase, path);
}
