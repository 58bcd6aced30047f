import { statSync } from 'node:fs';
import {
  checksumFileName,
  type Signer,
  signerFor,
  signFile,
  signFolder,
} from '@millwright/artifacts/signing';
import { commandError } from '../errors.js';
import { readInput } from '../io/files.js';
import { exitCodes, type Result } from '../io/result.js';
import { readSecretKey } from './key.js';

interface SignOptions {
  readonly key?: string;
  readonly keyless?: boolean;
  /** The path of a file with an OIDC token. */
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly rekorVersion?: '1' | '2';
  readonly timestampUrl?: string;
  readonly comment?: string;
  readonly perFile?: boolean;
  /** The paths of artifacts. */
  readonly attest?: readonly string[];
  readonly passphraseFile?: string;
}

/** Writes the checksum file of a folder and its signature, or the signature of one file. */
export async function sign(path: string, options: SignOptions): Promise<Result> {
  const { signer, keyId } = await selectSigner(options);
  const by = keyId === undefined ? 'with a certificate' : `with the key ${keyId}`;
  const { perFile = false, attest = [] } = options;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    if (attest.length > 0)
      throw commandError('COMMAND_USAGE', {
        what: 'invalid command line',
        why: '--attest writes the attestations into the folder that is signed, but the path to sign is a file',
      });
    await signFile(path, signer);
    const text = `${path}${signer.ending}, signed ${by}`;
    return { exitCode: exitCodes.done, text, data: { keyId, files: [path], attestations: [] } };
  }
  const attestations = await attestationsOf(attest, path, signer);
  const files = await signFolder(path, signer, { perFile, attestations });
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  return {
    exitCode: exitCodes.done,
    text: [...attestations.keys(), `${count} in ${checksumFileName}, signed ${by}`].join('\n'),
    data: { keyId, files, attestations: [...attestations.keys()] },
  };
}

/** The attestations of artifacts; loads libraries that other signatures do not need. */
async function attestationsOf(
  artifacts: readonly string[],
  folder: string,
  signer: Signer,
): Promise<ReadonlyMap<string, string>> {
  if (artifacts.length === 0) return new Map();
  const { attestArtifacts } = await import('@millwright/artifacts/attesting');
  return attestArtifacts({ artifacts, folder, env: process.env }, signer);
}

/** The signer for the key, or the keyless one, which has no key ID. */
async function selectSigner(
  options: SignOptions,
): Promise<{ readonly signer: Signer; readonly keyId: string | undefined }> {
  const { key: path, keyless = false, comment } = options;
  if (keyless === (path !== undefined))
    throw commandError('COMMAND_USAGE', {
      what: 'invalid command line',
      why: "exactly one of the options '--key <file>' and '--keyless' is required",
    });
  if (path !== undefined) {
    const key = await readSecretKey(path, options.passphraseFile);
    return { signer: signerFor(key, comment), keyId: key.publicKey.id };
  }
  const { keylessSigner, readToken, tokenSource } = await import('@millwright/artifacts/keyless');
  const { identityToken, fulcioUrl, rekorUrl, rekorVersion, timestampUrl } = options;
  const services = { fulcioUrl, rekorUrl, rekorVersion: rekorVersion === '2' ? 2 : 1, timestampUrl } as const;
  const source =
    identityToken === undefined
      ? tokenSource(process.env)
      : ({ kind: 'text', token: readInput(identityToken), name: identityToken } as const);
  return {
    signer: keylessSigner(() => readToken(source), services, comment),
    keyId: undefined,
  };
}
