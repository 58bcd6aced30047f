import { statSync } from 'node:fs';
import { checksumFileName, signerFor, signFile, signFolder } from '@millwright/artifacts/signing';
import { exitCodes, type Result } from '../io/result.js';
import { readSecretKey } from './key.js';

interface SignOptions {
  readonly key: string;
  readonly comment?: string;
  readonly perFile?: boolean;
  readonly passphraseFile?: string;
}

/** Writes the checksum file of a folder and its signature, or the signature of one file. */
export async function sign(path: string, options: SignOptions): Promise<Result> {
  const key = await readSecretKey(options.key, options.passphraseFile);
  const { id } = key.publicKey;
  const signer = signerFor(key, options.comment);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    await signFile(path, signer);
    const text = `${path}${signer.ending}, signed with the key ${id}`;
    return { exitCode: exitCodes.done, text, data: { keyId: id, files: [path] } };
  }
  const { perFile } = options;
  const files = await signFolder(path, signer, perFile === undefined ? {} : { perFile });
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return {
    exitCode: exitCodes.done,
    text: `${count} in ${checksumFileName}, signed with the key ${id}`,
    data: { keyId: id, files },
  };
}
