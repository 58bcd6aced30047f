import { checksumFileName, signFolder } from '@millwright/artifacts/signing';
import { exitCodes, type Result } from '../io/result.js';
import { readSecretKey } from './key.js';

interface SignOptions {
  readonly key: string;
  readonly comment?: string;
  readonly passphraseFile?: string;
}

/** Writes the checksum file of a folder and its signature. */
export async function sign(folder: string, options: SignOptions): Promise<Result> {
  const key = await readSecretKey(options.key, options.passphraseFile);
  // No timestamp by default, so that the same files give the same signature.
  const files = await signFolder(folder, key, options.comment ?? `file:${checksumFileName}`);
  const { id } = key.publicKey;
  return {
    exitCode: exitCodes.done,
    text: `${files.length} file${files.length === 1 ? '' : 's'} in ${checksumFileName}, signed with the key ${id}`,
    data: { keyId: id, files },
  };
}
