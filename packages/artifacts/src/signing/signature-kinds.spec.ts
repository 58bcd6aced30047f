import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { generateKey } from './keys.js';
import { type SignatureKind, signatureKind } from './signature-kinds.js';
import { createSignature } from './signatures.js';

const minisign = createSignature(generateKey(), Buffer.alloc(64), 'app');
const ecdsa = sign(
  'sha256',
  Buffer.from('x'),
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
);
const block = (type: string) => `-----BEGIN ${type}-----\niQ\n-----END ${type}-----\n`;
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const packet = (...header: number[]) =>
  Buffer.concat([Buffer.from(header), Buffer.alloc(header.at(-1) ?? 0)]);
const openPgp = { other: 'an OpenPGP signature' };

it.each<[title: string, content: string | Buffer, kind: SignatureKind | undefined]>([
  ['a minisign signature', minisign, 'minisign'],
  [
    'a minisign signature that a Windows editor saved',
    `\uFEFF${minisign.replaceAll('\n', '\r\n')}`,
    'minisign',
  ],
  ['a bundle', '{"mediaType":"x"}\n', 'bundle'],
  ['an ECDSA signature in base64', base64(ecdsa), 'ecdsa'],
  ['an ECDSA signature in base64 with line breaks', base64(ecdsa).replace(/.{60}/, '$&\n'), 'ecdsa'],
  ['an OpenPGP signature', block('PGP SIGNATURE'), openPgp],
  ['an old OpenPGP packet', packet(0x88, 70), openPgp],
  ['a long old OpenPGP packet', packet(0x89, 0, 200), openPgp],
  ['a new OpenPGP packet', packet(0xc2, 100), openPgp],
  ['an SSH signature', block('SSH SIGNATURE'), { other: 'an SSH signature' }],
  ['a certificate', block('CERTIFICATE'), { other: 'a certificate' }],
  ['a certificate as cosign 2 writes it', base64(block('CERTIFICATE')), { other: 'a certificate' }],
  ['a signature of Tauri', base64(minisign), 'minisign'],
  ['an ECDSA signature with more after it', base64(Buffer.concat([ecdsa, Buffer.alloc(1)])), undefined],
  ['an OpenPGP packet with more after it', Buffer.concat([packet(0x88, 70), Buffer.alloc(1)]), undefined],
  ['an OpenPGP packet that is cut off', packet(0x88, 70).subarray(0, 60), undefined],
  ['a script', '#!/bin/sh\n', undefined],
  ['a page of HTML', '<!DOCTYPE html>\n<html></html>\n', undefined],
  ['nothing', '', undefined],
])('recognizes %s', (_, content, kind) => {
  expect(signatureKind(Buffer.from(content))).toEqual(kind);
});
