import { createHash, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { generateKey, signingKey } from './keys.js';
import { createSignature, parseSignature, verifySignature } from './signatures.js';

const key = generateKey();
const digestOf = (content: string) => createHash('blake2b512').update(content).digest();
const content = digestOf('content');
const text = createSignature(key, content, 'app 1.2.3');
const lines = text.split('\n');

/** Returns a signature file with one line replaced. */
function withLine(index: number, line: string): string {
  return lines.with(index, line).join('\n');
}

/** Returns a base64 line with changed bits in one byte. */
function flipped(line: string | undefined, offset: number, bits = 1): string {
  const bytes = Buffer.from(line ?? '', 'base64');
  bytes[offset] = (bytes[offset] ?? 0) ^ bits;
  return bytes.toString('base64');
}

it.each([
  ['as it was written', text],
  ['with Windows line breaks', text.replaceAll('\n', '\r\n')],
  ['with another untrusted comment', withLine(0, 'untrusted comment: anything')],
])('verifies a signature %s', (_, file) => {
  const signature = parseSignature(file, 'app.minisig');
  expect(signature).toMatchObject({
    keyId: key.publicKey.id,
    isPrehashed: true,
    trustedComment: 'app 1.2.3',
  });
  expect(() => {
    verifySignature(signature, key.publicKey, content, 'app');
  }).not.toThrow();
});

it('verifies a legacy signature, over the content itself', () => {
  const bytes = sign(null, Buffer.from('content'), signingKey(key));
  const encoded = Buffer.concat([
    Buffer.from('Ed'),
    Buffer.from(lines[1] ?? '', 'base64').subarray(2, 10),
    bytes,
  ]);
  const global = sign(null, Buffer.concat([bytes, Buffer.from('app 1.2.3')]), signingKey(key)).toString(
    'base64',
  );
  const file = lines.with(1, encoded.toString('base64')).with(3, global).join('\n');
  const signature = parseSignature(file, 'app.minisig');
  expect(signature.isPrehashed).toBe(false);
  verifySignature(signature, key.publicKey, Buffer.from('content'), 'app');
  expect(() => {
    verifySignature(signature, key.publicKey, Buffer.from('other content'), 'app');
  }).toThrow('SIGNATURE_CONTENT_DIFFERS');
});

it.each([
  ['another key', text, generateKey().publicKey, content, 'SIGNATURE_KEY_DIFFERS'],
  [
    'another key of the same ID',
    text,
    { ...generateKey().publicKey, id: key.publicKey.id },
    content,
    'SIGNATURE_CONTENT_DIFFERS',
  ],
  ['other content', text, key.publicKey, digestOf('other'), 'SIGNATURE_CONTENT_DIFFERS'],
  [
    'a changed signature',
    withLine(1, flipped(lines[1], 20)),
    key.publicKey,
    content,
    'SIGNATURE_CONTENT_DIFFERS',
  ],
  [
    'a changed trusted comment',
    withLine(2, 'trusted comment: app 1.2.4'),
    key.publicKey,
    content,
    'SIGNATURE_COMMENT_CHANGED',
  ],
  [
    'a changed global signature',
    withLine(3, flipped(lines[3], 0)),
    key.publicKey,
    content,
    'SIGNATURE_COMMENT_CHANGED',
  ],
  [
    'the algorithm replaced by the legacy one',
    withLine(1, flipped(lines[1], 1, 0x20)),
    key.publicKey,
    Buffer.from('content'),
    'SIGNATURE_CONTENT_DIFFERS',
  ],
])('does not verify with %s', (_, file, publicKey, signedBytes, code) => {
  const signature = parseSignature(file, 'app.minisig');
  expect(() => {
    verifySignature(signature, publicKey, signedBytes, 'app');
  }).toThrow(expect.objectContaining({ code }));
});

it.each([
  ['is empty', '', 'its first line does not begin with `untrusted comment:`'],
  [
    'is truncated in its first line',
    text.slice(0, 10),
    'its first line does not begin with `untrusted comment:`',
  ],
  [
    'is truncated after its first line',
    lines.slice(0, 1).join('\n'),
    'its second line is not 74 bytes in base64',
  ],
  [
    'is truncated after its signature',
    lines.slice(0, 2).join('\n'),
    'its third line does not begin with `trusted comment:`',
  ],
  [
    'is truncated before its global signature',
    lines.slice(0, 3).join('\n'),
    'its fourth line is not 64 bytes in base64',
  ],
  ['is truncated in its global signature', text.slice(0, -10), 'its fourth line is not 64 bytes in base64'],
  [
    'has bytes after the signature',
    withLine(1, Buffer.concat([Buffer.from(lines[1] ?? '', 'base64'), Buffer.alloc(3)]).toString('base64')),
    'its second line is not 74 bytes in base64',
  ],
  [
    'has other characters than base64',
    withLine(1, `${lines[1] ?? ''} `),
    'its second line is not 74 bytes in base64',
  ],
  ['has another algorithm', withLine(1, flipped(lines[1], 0)), 'it uses an unknown algorithm (DD)'],
  [
    'has a trusted comment that is too long',
    withLine(2, `trusted comment: ${'x'.repeat(9000)}`),
    'its trusted comment is invalid: it is longer than 8174 bytes',
  ],
  [
    'has an untrusted comment that is too long',
    withLine(0, `untrusted comment: ${'x'.repeat(1100)}`),
    'its untrusted comment is too long',
  ],
  ['has a fifth line', `${text}more\n`, 'it has more than four lines'],
])('rejects a signature that %s', (_, file, why) => {
  expect(() => parseSignature(file, 'app.minisig')).toThrow(
    expect.objectContaining({
      code: 'SIGNATURE_INVALID',
      what: 'app.minisig is not a minisign signature',
      why,
    }),
  );
});

it.each([
  ['a second line', 'app\ntrusted comment: other'],
  ['a carriage return', 'app\r'],
  ['a zero byte', 'app\0'],
  ['half a surrogate pair', 'app \uD800'],
  ['more than 8 KiB', 'x'.repeat(8192)],
])('does not sign a comment with %s', (_, comment) => {
  expect(() => createSignature(key, content, comment)).toThrow('SIGNING_COMMENT_INVALID');
});
