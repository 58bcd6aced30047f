import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** The cost of deriving a key from a passphrase, in libsodium's terms and as stored in key files. */
export interface ScryptLimits {
  readonly operations: bigint;
  /** In bytes. */
  readonly memory: bigint;
}

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * N = 2^17, r = 8, p = 1, the first recommendation of OWASP's Password Storage Cheat Sheet: 128 MiB and a
 * fraction of a second. minisign's default requires 1 GiB and several seconds, which many CI runners do not
 * have.
 */
export const defaultScryptLimits: ScryptLimits = { operations: 1n << 22n, memory: 1n << 27n };

/** minisign's default, in bytes. A file that requests more would only exhaust the machine. */
const maxMemory = 1n << 30n;
/** Four times minisign's default. */
const maxOperations = 1n << 27n;

const blockSize = 8;
const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** Random bytes that make equal passphrases result in different keys. */
export function newSalt(): Buffer {
  return randomBytes(32);
}

/**
 * Returns the cost that libsodium's `crypto_pwhash_scryptsalsa208sha256` derives from its limits.
 * @returns undefined for limits that this package does not support
 */
export function scryptCost({ operations, memory }: ScryptLimits): ScryptCost | undefined {
  if (memory > maxMemory || operations > maxOperations) return undefined;
  const counted = operations < 32_768n ? 32_768 : Number(operations);
  if (counted < Number(memory) / 32)
    return { N: powerAbove(counted / (blockSize * 4) / 2), r: blockSize, p: 1 };
  const N = powerAbove(Number(memory) / (blockSize * 128) / 2);
  return { N, r: blockSize, p: Math.max(1, Math.floor(Math.floor(counted / 4 / N) / blockSize)) };
}

/**
 * Encrypts or decrypts bytes. Both are an exclusive or with a key stream of the same length.
 * @param cost see scryptCost
 */
export async function applyPassphrase(
  bytes: Buffer,
  passphrase: string,
  salt: Buffer,
  { N, r, p }: ScryptCost,
): Promise<Buffer> {
  // Node limits scrypt to 32 MiB by default. It requires 128 r (N + p) bytes and some overhead.
  const maxmem = 128 * r * (N + p) + (1 << 20);
  const stream = await derive(passphrase, salt, bytes.length, { N, r, p, maxmem });
  return Buffer.from(bytes.map((byte, index) => byte ^ (stream[index] ?? 0)));
}

/** Returns the smallest power of two, at least 2, that is larger than a number. */
function powerAbove(limit: number): number {
  let power = 2;
  while (power <= Math.floor(limit)) power *= 2;
  return power;
}
