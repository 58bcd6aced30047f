import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ecdsaPublicKeyLine, formatEcdsaPublicKey, generateEcdsaKey } from '../signing/ecdsa-keys.js';
import { formatPublicKey, formatSecretKey, generateKey } from '../signing/keys.js';
import { createRotation } from '../signing/rotation.js';
import { readSigningKey, readTrustFiles } from './key-files.js';

const [old, next, ecdsa] = [generateKey(), generateKey(), generateEcdsaKey()];
const plain = await formatSecretKey(old, undefined);
const encrypted = await formatSecretKey(old, 'correct horse', { operations: 32_768n, memory: 1n << 20n });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-files-'));
  for (const [name, text] of [
    ['old.key', plain],
    ['encrypted.key', encrypted],
    ['old.pub', formatPublicKey(old.publicKey)],
    ['cosign.pub', formatEcdsaPublicKey(ecdsa.publicKey)],
    ['rotation.txt', createRotation(old, next.publicKey)],
  ] as const)
    writeFileSync(join(folder, name), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each<[title: string, path: string | undefined, env: NodeJS.ProcessEnv]>([
  ['a file', 'old.key', {}],
  ['an encrypted file', 'encrypted.key', { MILLWRIGHT_PASSPHRASE: 'correct horse' }],
  [
    'an encrypted file, with a line feed after the passphrase',
    'encrypted.key',
    { MILLWRIGHT_PASSPHRASE: 'correct horse\n' },
  ],
  ['the environment', undefined, { MILLWRIGHT_SIGNING_KEY: plain }],
  ['a file rather than the environment', 'old.key', { MILLWRIGHT_SIGNING_KEY: 'other' }],
])('reads the secret key from %s', async (_, path, env) => {
  expect((await readSigningKey(folder, path, env)).publicKey).toEqual(old.publicKey);
});

it('reads an unencrypted key of OpenSSL from the environment', async () => {
  const text = ecdsa.key.export({ format: 'pem', type: 'pkcs8' }).toString();
  const { publicKey } = await readSigningKey(folder, undefined, { MILLWRIGHT_SIGNING_KEY: text });
  expect(publicKey).toEqual(ecdsa.publicKey);
});

it.each<[title: string, code: string, path: string | undefined, env: NodeJS.ProcessEnv]>([
  ['is nowhere', 'SIGNING_KEY_MISSING', undefined, {}],
  ['is empty in the environment', 'SIGNING_KEY_MISSING', undefined, { MILLWRIGHT_SIGNING_KEY: '' }],
  ['does not exist', 'SIGNING_KEY_MISSING', 'no.key', {}],
  ['is a public key', 'SIGNING_KEY_INVALID', 'old.pub', {}],
  ['has no passphrase', 'SIGNING_PASSPHRASE_WRONG', 'encrypted.key', {}],
  ['has another passphrase', 'SIGNING_PASSPHRASE_WRONG', 'encrypted.key', { MILLWRIGHT_PASSPHRASE: 'x' }],
])('rejects a secret key that %s', async (_, code, path, env) => {
  await expect(readSigningKey(folder, path, env)).rejects.toMatchObject({ code });
});

it('trusts keys as files and as text, and those that take their place', async () => {
  const keys = ['old.pub', ecdsaPublicKeyLine(ecdsa.publicKey)];
  const read = await readTrustFiles(folder, { keys, rotations: ['rotation.txt'] });
  expect(read.trusted).toEqual([old.publicKey, ecdsa.publicKey, next.publicKey]);
  const revoked = await readTrustFiles(folder, { keys, rotations: ['rotation.txt'], revoked: 'old.pub' });
  expect(revoked.trusted).toEqual([old.publicKey, ecdsa.publicKey]);
  expect((await readTrustFiles(folder, { keys, rotations: [], revoked: 'cosign.pub' })).revoked).toEqual([
    ecdsa.publicKey,
  ]);
});
