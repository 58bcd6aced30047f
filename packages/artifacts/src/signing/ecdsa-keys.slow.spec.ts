import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ecdsaPublicKeyLine,
  formatEcdsaPublicKey,
  formatEcdsaSecretKey,
  generateEcdsaKey,
  parseEcdsaPublicKey,
  parseEcdsaSecretKey,
} from './ecdsa-keys.js';

const key = generateEcdsaKey();
const encrypted = await formatEcdsaSecretKey(key, 'correct horse');
const withoutPassphrase = await formatEcdsaSecretKey(key, undefined);
const pkcs8 = key.key.export({ format: 'pem', type: 'pkcs8' });
const sec1 = key.key.export({ format: 'pem', type: 'sec1' }).toString();
const give = (passphrase?: string) => () => Promise.resolve(passphrase);
const neverAsked = () => Promise.reject(new Error('asked for a passphrase'));
const ed25519 = generateKeyPairSync('ed25519');
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

/** The JSON in a key of cosign, changed. */
function edited(edit: (text: string) => string): string {
  const body = encrypted.split('\n').slice(1, -2).join('');
  const json = Buffer.from(edit(Buffer.from(body, 'base64').toString())).toString('base64');
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${json}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

it.each([
  ['a file', formatEcdsaPublicKey(key.publicKey)],
  ['a file with Windows line breaks', formatEcdsaPublicKey(key.publicKey).replaceAll('\n', '\r\n')],
  ['a line of base64', ecdsaPublicKeyLine(key.publicKey)],
])('parses a public key from %s', (_, text) => {
  expect(parseEcdsaPublicKey(text, 'cosign.pub')).toEqual(key.publicKey);
});

it('gives a key the same ID, whether its point is compressed or not', () => {
  const { x, y } = key.key.export({ format: 'jwk' });
  const isOdd = (Buffer.from(y ?? '', 'base64url').at(-1) ?? 0) % 2 === 1;
  const head = '3039301306072a8648ce3d020106082a8648ce3d030107032200';
  const compressed = Buffer.concat([
    Buffer.from(head + (isOdd ? '03' : '02'), 'hex'),
    Buffer.from(x ?? '', 'base64url'),
  ]);
  expect(parseEcdsaPublicKey(compressed.toString('base64'), 'cosign.pub')).toEqual(key.publicKey);
});

describe('parses a private key', () => {
  it.each<[title: string, text: string, passphrase: () => Promise<string | undefined>]>([
    ['that cosign encrypts', encrypted, give('correct horse')],
    ['with the empty passphrase, without asking', withoutPassphrase, neverAsked],
    ['with the former name of its type', encrypted.replaceAll('SIGSTORE', 'COSIGN'), give('correct horse')],
    ['in PKCS #8', pkcs8.toString(), neverAsked],
    ['in SEC 1', sec1, neverAsked],
    [
      'after the parameters of its curve, as `openssl ecparam -genkey` writes it',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`,
      neverAsked,
    ],
    [
      'in SEC 1 that OpenSSL encrypts',
      key.key.export({ format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      give('x'),
    ],
    [
      'that OpenSSL encrypts',
      key.key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      give('x'),
    ],
  ])('%s', async (_, text, passphrase) => {
    expect((await parseEcdsaSecretKey(text, passphrase, 'cosign.key')).publicKey).toEqual(key.publicKey);
  });
});

it.each([
  ['is empty', '', 'it is not a key in DER or PEM format, or is corrupt'],
  [
    'is cut off',
    formatEcdsaPublicKey(key.publicKey).slice(0, 120),
    'it is not a key in DER or PEM format, or is corrupt',
  ],
  [
    'is for Ed25519',
    ed25519.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    'its algorithm is ed25519',
  ],
  [
    'is on another curve',
    p384.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    'its algorithm is secp384r1',
  ],
  [
    'is followed by another',
    formatEcdsaPublicKey(key.publicKey) + formatEcdsaPublicKey(generateEcdsaKey().publicKey),
    'it is not a key in DER or PEM format, or is corrupt',
  ],
  ['is a private key', encrypted, 'it contains a ENCRYPTED SIGSTORE PRIVATE KEY'],
])('rejects a public key that %s', (_, text, why) => {
  expect(() => parseEcdsaPublicKey(text, 'cosign.pub')).toThrow(
    expect.objectContaining({
      code: 'SIGNING_KEY_INVALID',
      what: 'cosign.pub is not an ECDSA P-256 public key',
      why,
    }),
  );
});

it.each([
  ['is cut off', encrypted.slice(0, -60), 'it is not a single PEM block'],
  ['is a public key', formatEcdsaPublicKey(key.publicKey), 'it contains a PUBLIC KEY'],
  [
    'is for Ed25519',
    ed25519.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    'its algorithm is ed25519',
  ],
  [
    'asks for too much memory',
    edited((text) => text.replace('"N":65536', '"N":1073741824')),
    'it is not a key in DER or PEM format, or is corrupt',
  ],
  [
    'names another cipher',
    edited((text) => text.replace('nacl/secretbox', 'rot13')),
    'it is not a key in DER or PEM format, or is corrupt',
  ],
  ['holds no JSON', edited(() => '{'), 'it is not a key in DER or PEM format, or is corrupt'],
])('rejects a private key that %s', async (_, text, why) => {
  await expect(parseEcdsaSecretKey(text, give('correct horse'), 'cosign.key')).rejects.toMatchObject({
    code: 'SIGNING_KEY_INVALID',
    what: 'cosign.key is not an ECDSA P-256 private key',
    why,
  });
});

it.each([
  ['another passphrase', encrypted, 'wrong', 'the passphrase is wrong, or the file was changed'],
  ['no passphrase', encrypted, undefined, 'the key is encrypted, and no passphrase was given'],
  [
    'another passphrase of OpenSSL',
    key.key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    'wrong',
    'the passphrase is wrong, or the file was changed',
  ],
])('does not decrypt a private key with %s', async (_, text, passphrase, why) => {
  await expect(parseEcdsaSecretKey(text, give(passphrase), 'cosign.key')).rejects.toMatchObject({
    code: 'SIGNING_PASSPHRASE_WRONG',
    why,
  });
});
