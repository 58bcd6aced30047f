import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { z } from 'zod';

/**
 * The content of cosign's encrypted private keys, as JSON
 * (https://github.com/secure-systems-lab/go-securesystemslib/tree/main/encrypted).
 */
const envelopeSchema = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({
      N: z
        .int()
        .min(2)
        .max(1 << 20),
      r: z.int().min(1).max(8),
      p: z.int().min(1).max(4),
    }),
    salt: z.base64(),
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: z.base64() }),
  ciphertext: z.base64(),
});

/** cosign's own cost: 64 MiB. It accepts keys with a few known costs only, of which this is the highest. */
const usualCost = { N: 1 << 16, r: 8, p: 1 } as const;
const keyBytes = 32;
const nonceBytes = 24;
const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** Encrypts bytes as cosign does: scrypt, then XSalsa20-Poly1305. */
export async function encryptForCosign(content: Buffer, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(32);
  const nonce = randomBytes(nonceBytes);
  const key = await deriveKey(passphrase, salt, usualCost);
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return Buffer.from(
    JSON.stringify({
      kdf: { name: 'scrypt', params: usualCost, salt: encode(salt) },
      cipher: { name: 'nacl/secretbox', nonce: encode(nonce) },
      ciphertext: encode(xsalsa20poly1305(key, nonce).encrypt(content)),
    }),
  );
}

/**
 * Decrypts what cosign encrypted.
 * @returns undefined if the passphrase does not match
 * @throws Error if the content is malformed, or asks for more than 1 GiB of memory
 */
export async function decryptFromCosign(content: Buffer, passphrase: string): Promise<Buffer | undefined> {
  const { kdf, cipher, ciphertext } = envelopeSchema.parse(JSON.parse(content.toString('utf8')));
  const nonce = Buffer.from(cipher.nonce, 'base64');
  if (nonce.length !== nonceBytes) throw new Error(`its nonce does not have ${nonceBytes} bytes`);
  const key = await deriveKey(passphrase, Buffer.from(kdf.salt, 'base64'), kdf.params);
  try {
    return Buffer.from(xsalsa20poly1305(key, nonce).decrypt(Buffer.from(ciphertext, 'base64')));
  } catch {
    return undefined;
  }
}

/** Node limits scrypt to 32 MiB by default. It requires 128 r (N + p) bytes and some overhead. */
function deriveKey(
  passphrase: string,
  salt: Buffer,
  cost: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const maxmem = 128 * cost.r * (cost.N + cost.p) + (1 << 20);
  return derive(passphrase, salt, keyBytes, { ...cost, maxmem });
}
