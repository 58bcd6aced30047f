import { expect, it } from 'vitest';
import { scryptCost } from './encryption.js';
import {
  formatPublicKey,
  formatSecretKey,
  generateKey,
  isEncrypted,
  parsePublicKey,
  parseSecretKey,
  publicKeyLine,
} from './keys.js';

/** 1 MiB, to keep the tests fast. */
const cheap = { operations: 32_768n, memory: 1n << 20n };
const key = generateKey();
const publicText = formatPublicKey(key.publicKey);
const plain = await formatSecretKey(key, undefined);
const encrypted = await formatSecretKey(key, 'correct horse', cheap);

/** Returns a key file with changed bytes. */
function edited(text: string, edit: (bytes: Buffer) => Buffer): string {
  const [comment = '', line = ''] = text.split('\n');
  return `${comment}\n${edit(Buffer.from(line, 'base64')).toString('base64')}\n`;
}

function withBytes(offset: number, ...values: readonly number[]) {
  return (bytes: Buffer): Buffer =>
    Buffer.concat([bytes.subarray(0, offset), Buffer.from(values), bytes.subarray(offset + values.length)]);
}

it.each([
  ['a file', publicText],
  ['a file with Windows line breaks', publicText.replaceAll('\n', '\r\n')],
  ['a file with a byte order mark', `\uFEFF${publicText}`],
  ['a line of base64', publicKeyLine(key.publicKey)],
  ['a file of Tauri', Buffer.from(publicText).toString('base64')],
])('parses a public key from %s', (_, text) => {
  expect(parsePublicKey(text, 'minisign.pub')).toEqual(key.publicKey);
});

it('parses an unencrypted secret key', async () => {
  expect(isEncrypted(plain, 'minisign.key')).toBe(false);
  expect(await parseSecretKey(plain, undefined, 'minisign.key')).toEqual(key);
});

it('decrypts a secret key with the cost in the file', async () => {
  expect(isEncrypted(encrypted, 'minisign.key')).toBe(true);
  expect(await parseSecretKey(encrypted, 'correct horse', 'minisign.key')).toEqual(key);
});

it('encrypts a key differently each time', async () => {
  expect(await formatSecretKey(key, 'correct horse', cheap)).not.toBe(encrypted);
});

it.each([
  ['minisign uses by default', 1n << 25n, 1n << 30n, { N: 1 << 20, r: 8, p: 1 }],
  ['we use by default', 1n << 22n, 1n << 27n, { N: 1 << 17, r: 8, p: 1 }],
  ['libsodium uses for interactive use', 524_288n, 16_777_216n, { N: 1 << 14, r: 8, p: 1 }],
  ['results from few operations with much memory', 1n << 20n, 1n << 30n, { N: 1 << 15, r: 8, p: 1 }],
  ['results from many operations with little memory', 1n << 22n, 1n << 20n, { N: 1 << 10, r: 8, p: 128 }],
  ['results from no operations', 0n, 1n << 24n, { N: 1 << 10, r: 8, p: 1 }],
])('computes the cost of scrypt that %s', (_, operations, memory, cost) => {
  expect(scryptCost({ operations, memory })).toEqual(cost);
});

it.each([
  ['is empty', '', 'it does not hold 42 bytes in base64'],
  ['is truncated', publicText.slice(0, -10), 'it does not hold 42 bytes in base64'],
  [
    'has no comment',
    publicText.replace('untrusted', ''),
    'its first line does not begin with `untrusted comment:`',
  ],
  ['has a third line', `${publicText}x\n`, 'it has more than two lines'],
  [
    'has bytes after the key',
    edited(publicText, (bytes) => Buffer.concat([bytes, Buffer.alloc(3)])),
    'it does not hold 42 bytes in base64',
  ],
  [
    'has other characters than base64',
    publicText.replace('RW', 'R!W'),
    'it does not hold 42 bytes in base64',
  ],
  ['has another algorithm', edited(publicText, withBytes(0, 0x58)), 'it uses an unknown algorithm (Xd)'],
  ['is a secret key', plain, 'it does not hold 42 bytes in base64'],
])('rejects a public key that %s', (_, text, why) => {
  expect(() => parsePublicKey(text, 'minisign.pub')).toThrow(
    expect.objectContaining({
      code: 'SIGNING_KEY_INVALID',
      what: 'minisign.pub is not a minisign public key',
      why,
    }),
  );
});

it.each([
  ['is empty', '', 'its first line does not begin with `untrusted comment:`'],
  ['is truncated', plain.slice(0, -10), 'it does not hold 158 bytes in base64'],
  ['has a third line', `${plain}x\n`, 'it has more than two lines'],
  ['is a public key', publicText, 'it does not hold 158 bytes in base64'],
  ['has another algorithm', edited(plain, withBytes(0, 0x58)), 'it uses an unknown algorithm (Xd)'],
  ['has another encryption', edited(plain, withBytes(2, 0x58, 0x58)), 'it uses an unknown algorithm (XX)'],
  ['has another checksum', edited(plain, withBytes(4, 0x58)), 'it uses an unknown algorithm (X2)'],
  [
    'has a changed secret half',
    edited(plain, withBytes(70, 1, 2, 3)),
    'its public half does not belong to its secret half',
  ],
  ['has a wrong checksum', edited(plain, withBytes(126, 1)), 'its checksum does not match'],
  [
    'asks for too much memory',
    edited(encrypted, withBytes(46, 0, 0, 0, 0, 1)),
    'its encryption requires more memory or time than that of minisign',
  ],
  [
    'asks for too much time',
    edited(encrypted, withBytes(38, 0, 0, 0, 0, 1)),
    'its encryption requires more memory or time than that of minisign',
  ],
])('rejects a secret key that %s', async (_, text, why) => {
  await expect(parseSecretKey(text, 'correct horse', 'minisign.key')).rejects.toMatchObject({
    code: 'SIGNING_KEY_INVALID',
    what: 'minisign.key is not a minisign secret key',
    why,
  });
});

it.each([
  ['another passphrase', encrypted, 'wrong horse', 'the passphrase is wrong, or the file was changed'],
  ['no passphrase', encrypted, undefined, 'the key is encrypted, and no passphrase was given'],
  [
    'a changed file',
    edited(encrypted, withBytes(100, 1, 2)),
    'correct horse',
    'the passphrase is wrong, or the file was changed',
  ],
])('does not decrypt a secret key with %s', async (_, text, passphrase, why) => {
  await expect(parseSecretKey(text, passphrase, 'minisign.key')).rejects.toMatchObject({
    code: 'SIGNING_PASSPHRASE_WRONG',
    why,
  });
});
