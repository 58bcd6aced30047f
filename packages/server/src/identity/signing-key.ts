import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Database } from '../database/database.js';

/** What a signature of the server covers: which entry has which content. */
export interface SignedEntry {
  readonly workspace: string;
  readonly trustClass: string;
  readonly hash: string;
  /** SHA-256 of the archive, in hex. */
  readonly digest: string;
}

/** Returns the Ed25519 key with which the server signs entries. All processes on one database have the same. */
export async function signingKey(database: Database): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const fresh = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await database.query(
    "insert into settings (name, value) values ('signing-key', $1) on conflict do nothing",
    [fresh],
  );
  const [row] = await database.query<{ value: string }>(
    "select value from settings where name = 'signing-key'",
  );
  return createPrivateKey(row?.value ?? fresh);
}

/** The public key as base64 of its DER form (SubjectPublicKeyInfo). */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}

export function signEntry(key: KeyObject, entry: SignedEntry): string {
  return sign(null, statementOf(entry), key).toString('base64');
}

/** Whether a signature of an entry is valid. False for a malformed key or signature. */
export function isSignedEntry(publicKey: string, entry: SignedEntry, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, statementOf(entry), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** None of the fields can contain a line break. */
function statementOf({ workspace, trustClass, hash, digest }: SignedEntry): Buffer {
  return Buffer.from(['millwright-cache-entry-v1', workspace, trustClass, hash, digest].join('\n'));
}
