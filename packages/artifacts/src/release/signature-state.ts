import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { MillwrightError, readRegularFile, scanRegularFile } from '@millwright/toolkit/core';
import {
  bundleEnding,
  parseSignature,
  signatureEnding,
  signedBytesOf,
  verifySignature,
} from '../signing/signatures.js';
import { isSignedBy } from '../signing/ecdsa-keys.js';
import { otherSignatureEndings, signatureKind } from '../signing/signature-kinds.js';
import { isEcdsaKey, type TrustedKey } from '../signing/trusted-keys.js';
import type { CertificateTrust } from '../keyless/verify.js';
import { noSignature, type SignatureFault, type SignatureState } from './findings.js';

/** Whom a verification trusts. */
export interface TrustedKeys {
  readonly trusted: readonly TrustedKey[];
  /** Found by their IDs, and stronger than trust. */
  readonly revoked: readonly TrustedKey[];
  /** For keyless signatures. */
  readonly certificates?: CertificateTrust | undefined;
}

/** The content that a signature covers. */
export interface SignedContent {
  /** See signedBytesOf. */
  readonly signedBytes: (isPrehashed: boolean) => Promise<Buffer>;
  /** Returns the chunks of the content from the beginning. A chunk is valid only until the next one is requested. */
  readonly read: () => AsyncIterable<Buffer>;
}

/** A signature takes less than 10 KiB, a bundle with a certificate and a log entry less than 20 KiB. */
export const signatureLimit = 1 << 17;

/** The most serious first: what is reported if no signature of a file is valid. */
const order: readonly SignatureFault['kind'][] = ['revoked', 'invalid', 'stale', 'untrusted', 'unsigned'];

/** Returns the content of a file of any size. */
export function contentOfFile(file: string): SignedContent {
  return {
    signedBytes: (isPrehashed) => signedBytesOf(file, isPrehashed),
    read: () => scanRegularFile(file),
  };
}

/** Returns content that is in memory. */
export function contentOfBytes(bytes: Buffer): SignedContent {
  return {
    signedBytes: (isPrehashed) =>
      Promise.resolve(isPrehashed ? createHash('blake2b512').update(bytes).digest() : bytes),
    async *read() {
      yield await Promise.resolve(bytes);
    },
  };
}

/**
 * Returns what the signatures next to a file say of it: that of minisign and the Sigstore bundle. One that is valid and
 * by a trusted key is enough, so that publishers can sign in both formats. If there is neither, signatures with the names
 * of other programs count, such as `<file>.sig`.
 * @param content what the file holds
 */
export async function signatureState(
  file: string,
  keys: TrustedKeys,
  content: SignedContent,
): Promise<SignatureState> {
  const faults: SignatureFault[] = [];
  for (const [ending, stateOf] of [
    [signatureEnding, minisignState],
    [bundleEnding, bundleState],
  ] as const) {
    const path = file + ending;
    const { bytes, failure } = readRegularFile(path, { limit: signatureLimit, links: 'refuse' });
    if (failure?.kind === 'missing') continue;
    const state =
      bytes === undefined
        ? { kind: 'invalid' as const, detail: `its signature is invalid: ${failure.why}` }
        : await stateOf(bytes.toString('utf8'), path, keys, content);
    if (state.kind === 'signed') return state;
    faults.push(state);
  }
  if (faults.length === 0) {
    const state = await otherState(file, keys, content);
    if (state !== undefined) return state;
  }
  faults.sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  return faults[0] ?? { kind: 'unsigned', detail: noSignature };
}

/** Returns what signatures with names of other programs say of a file; undefined if there is none. */
async function otherState(
  file: string,
  keys: TrustedKeys,
  content: SignedContent,
): Promise<SignatureState | undefined> {
  const faults: SignatureFault[] = [];
  for (const ending of otherSignatureEndings) {
    const path = file + ending;
    const { bytes } = readRegularFile(path, { limit: signatureLimit, links: 'refuse' });
    const kind = bytes && signatureKind(bytes);
    if (bytes === undefined || kind === undefined) continue;
    const text = bytes.toString('utf8');
    const state: SignatureState =
      kind === 'minisign'
        ? await minisignState(text, path, keys, content)
        : kind === 'bundle'
          ? await bundleState(text, path, keys, content)
          : kind === 'ecdsa'
            ? await ecdsaState(text, basename(path), keys, content)
            : {
                kind: 'unsigned',
                detail: `${basename(path)} is ${kind.other}, which this command does not verify`,
              };
    if (state.kind === 'signed') return state;
    faults.push(state);
  }
  return faults.sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind))[0];
}

/** A signature without the ID of its key: it is tried with all keys. */
async function ecdsaState(
  text: string,
  name: string,
  { trusted, revoked }: TrustedKeys,
  content: SignedContent,
): Promise<SignatureState> {
  const signature = Buffer.from(text, 'base64');
  for (const key of revoked.filter(isEcdsaKey))
    if (await isSignedBy(signature, key, content.read()))
      return { kind: 'revoked', detail: `it is signed by the revoked key ${key.id}` };
  for (const key of trusted.filter(isEcdsaKey))
    if (await isSignedBy(signature, key, content.read()))
      return { kind: 'signed', trustedComment: undefined, signer: key };
  return { kind: 'untrusted', detail: `no trusted key made ${name} for its content` };
}

async function minisignState(
  text: string,
  source: string,
  { trusted, revoked }: TrustedKeys,
  content: SignedContent,
): Promise<SignatureState> {
  try {
    const signature = parseSignature(text, source);
    const { keyId } = signature;
    if (revoked.some(({ id }) => id === keyId))
      return { kind: 'revoked', detail: `it is signed by the revoked key ${keyId}` };
    const key = trusted.find((candidate) => !isEcdsaKey(candidate) && candidate.id === keyId);
    if (key === undefined || isEcdsaKey(key))
      return { kind: 'untrusted', detail: `it is signed by the key ${keyId}` };
    verifySignature(signature, key, await content.signedBytes(signature.isPrehashed), source);
    return { kind: 'signed', trustedComment: signature.trustedComment, signer: key };
  } catch (error) {
    return failedState(error);
  }
}

async function bundleState(
  text: string,
  source: string,
  { trusted, revoked, certificates }: TrustedKeys,
  content: SignedContent,
): Promise<SignatureState> {
  // Loads a library that a folder without bundles does not need.
  const { matchBundle, parseBundle } = await import('../signing/bundles.js');
  try {
    const bundle = parseBundle(text, source);
    const { keyHint } = bundle;
    if (keyHint === undefined && certificates !== undefined) {
      const { matchCertificate } = await import('../keyless/verify.js');
      const match = await matchCertificate(bundle.bundle, certificates, content.read());
      if (match.kind === 'valid')
        return { kind: 'signed', trustedComment: undefined, signer: match.identity };
      return match.kind === 'stale' ? { kind: 'stale', detail: 'its signature is for other content' } : match;
    }
    if (revoked.some(({ id }) => id === keyHint))
      return { kind: 'revoked', detail: `it is signed by the revoked key ${keyHint}` };
    const isRevoked = (key: TrustedKey) => revoked.some(({ id }) => id === key.id);
    const candidates = trusted.filter(isEcdsaKey).filter((key) => !isRevoked(key));
    // The hint is not signed, and other tools write other hints.
    for (const key of candidates) {
      const match = await matchBundle(bundle, key, content.read());
      if (match === 'valid') return { kind: 'signed', trustedComment: undefined, signer: key };
      if (match === 'other-content' && key.id === keyHint)
        return { kind: 'stale', detail: 'its signature does not match its content' };
    }
    if (candidates.some(({ id }) => id === keyHint))
      return {
        kind: 'invalid',
        detail: 'its signature is invalid: it was not made with the key that it names',
      };
    const signer =
      keyHint === undefined ? 'a certificate' : `the key ${keyHint === '' ? 'unknown' : keyHint}`;
    return { kind: 'untrusted', detail: `it is signed by ${signer}` };
  } catch (error) {
    return failedState(error);
  }
}

function failedState(error: unknown): SignatureFault {
  if (!(error instanceof MillwrightError)) throw error;
  return error.code === 'SIGNATURE_CONTENT_DIFFERS'
    ? { kind: 'stale', detail: 'its signature does not match its content' }
    : { kind: 'invalid', detail: `its signature is invalid: ${error.why}` };
}
