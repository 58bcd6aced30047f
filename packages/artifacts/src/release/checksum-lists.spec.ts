/** Releases with the files that GoReleaser, cargo-dist, cosign and others publish. */
import { createHash, sign as signBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateEcdsaKey } from '../signing/ecdsa-keys.js';
import { generateKey } from '../signing/keys.js';
import { createSignature } from '../signing/signatures.js';
import { isChecksumFile } from './checksum-lists.js';
import { verifyFile, verifyFolder } from './verify.js';

const [key, other, ecdsa] = [generateKey(), generateKey(), generateEcdsaKey()];
const keys = { trusted: [key.publicKey, ecdsa.publicKey], revoked: [] };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lists-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const minisig = (text: string | Buffer, by = key, comment = 'app 1.2.3') =>
  createSignature(by, createHash('blake2b512').update(text).digest(), comment);
const list = (...names: string[]) => names.map((name) => `${sha256(name)}  ${name}\n`).join('');
/** As scripts write it that start in another folder. */
const inFolder = (folder: string, names = ['a.zip', 'b.zip']) =>
  names.map((name) => `${sha256(name)}  ${folder}${name}\n`).join('');
/** The content of a file is its name. */
const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));

function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const findings = async () =>
  (await verifyFolder(folder, keys)).findings.map(({ kind, path, detail }) => `${kind} ${path}: ${detail}`);

it.each([
  'SHA256SUMS',
  'SHA256SUMS.txt',
  'sha256sums.txt',
  'sha256sum.txt',
  'SHASUMS256.txt',
  'sha256.sum',
  'sha256.txt',
  'checksums.txt',
  'CHECKSUMS',
  'checksum.txt',
  'checksums_sha256.txt',
  'checksums.sha256',
  'app_1.2.3_checksums.txt',
  'app_1.2.3_SHA256SUMS',
  'app-1.2.3-sha256sums.txt',
  'SHA256SUMS-darwin-arm64.txt',
  'app-1.2.3.tar.gz.sha256.txt',
  'checksum',
])('%s is a checksum file', (name) => {
  expect(isChecksumFile(name)).toBe(true);
});

it.each([
  'SHA512SUMS',
  'checksums_sha512.txt',
  'checksums-b2.txt',
  'md5sums.txt',
  'app.sha256',
  'sha256',
  'checksums.json',
  'checksums.txt.asc',
  'checksums.tar.gz',
  'app',
  'summary.txt',
])('%s is none', (name) => {
  expect(isChecksumFile(name)).toBe(false);
});

const archives = ['app_1.2.3_linux_amd64.tar.gz', 'app_1.2.3_darwin_arm64.tar.gz'];

describe('a release folder is verified', () => {
  it.each<[title: string, files: Readonly<Record<string, string | Buffer>>]>([
    [
      'of GoReleaser',
      {
        ...named(...archives),
        'app_1.2.3_checksums.txt': list(...archives),
        'app_1.2.3_checksums.txt.minisig': minisig(list(...archives)),
      },
    ],
    [
      'of GoReleaser with a checksum file for each archive, each signed',
      Object.assign(
        {},
        ...archives.map((name) => ({
          [name]: name,
          [`${name}.sha256`]: sha256(name),
          [`${name}.sha256.minisig`]: minisig(sha256(name)),
        })),
      ) as Record<string, string>,
    ],
    [
      'of several projects',
      {
        ...named('a.zip', 'b.zip'),
        'a_1.0_checksums.txt': list('a.zip'),
        'a_1.0_checksums.txt.minisig': minisig(list('a.zip')),
        'b_1.0_checksums.txt': list('b.zip'),
        'b_1.0_checksums.txt.minisig': minisig(list('b.zip')),
      },
    ],
    [
      'of cargo-dist',
      {
        ...named('a.tar.xz', 'a.zip'),
        'sha256.sum': list('a.tar.xz', 'a.zip').replaceAll('  ', ' *'),
        'sha256.sum.minisig': minisig(list('a.tar.xz', 'a.zip').replaceAll('  ', ' *')),
        'a.tar.xz.sha256': list('a.tar.xz').replaceAll('  ', ' *'),
        'a.zip.sha256': list('a.zip'),
      },
    ],
    [
      'of cargo-dist with a signed manifest',
      (() => {
        const checksums = { sha256: sha256('a.zip') };
        const manifest = JSON.stringify({
          dist_version: '0.34.0',
          artifacts: {
            'a.zip': { name: 'a.zip', kind: 'executable-zip', checksums },
            'sha256.sum': { name: 'sha256.sum', kind: 'unified-checksum' },
          },
        });
        return {
          'a.zip': 'a.zip',
          'dist-manifest.json': manifest,
          'dist-manifest.json.minisig': minisig(manifest),
        };
      })(),
    ],
    [
      'with a checksum file that another one lists',
      {
        ...named('a.zip', 'b.zip'),
        'b_checksums.txt': list('b.zip'),
        'checksums.txt': `${list('a.zip', 'b.zip')}${sha256(list('b.zip'))}  b_checksums.txt\n`,
        'checksums.txt.minisig': minisig(
          `${list('a.zip', 'b.zip')}${sha256(list('b.zip'))}  b_checksums.txt\n`,
        ),
      },
    ],
    [
      'of cargo-binstall, whose minisign signatures end in .sig',
      { 'app.tgz': 'app', 'app.tgz.sig': minisig('app') },
    ],
    [
      'of Tauri, whose minisign signatures are in base64',
      { 'app.tar.gz': 'app', 'app.tar.gz.sig': Buffer.from(minisig('app')).toString('base64') },
    ],
    [
      'whose checksum file has the folder of the build before all names',
      {
        ...named('a.zip', 'b.zip'),
        SHA256SUMS: inFolder('dist/'),
        'SHA256SUMS.minisig': minisig(inFolder('dist/')),
      },
    ],
    [
      'with checksum files that have an absolute path',
      {
        ...named('a.zip', 'b.zip'),
        'a.zip.sha256': inFolder('/home/runner/work/', ['a.zip']),
        'a.zip.minisig': minisig('a.zip'),
        'b.zip.sha256': inFolder('/home/runner/work/', ['b.zip']),
        'b.zip.sha256.minisig': minisig(inFolder('/home/runner/work/', ['b.zip'])),
      },
    ],
    [
      'of cosign 2 with a key, whose signatures are base64 alone',
      {
        ...named('a.zip'),
        'checksums.txt': list('a.zip'),
        'checksums.txt.sig': signBytes('sha256', Buffer.from(list('a.zip')), ecdsa.key).toString('base64'),
      },
    ],
    [
      'that is also signed with OpenPGP and SSH',
      {
        ...named('a.zip'),
        SHA256SUMS: list('a.zip'),
        'SHA256SUMS.minisig': minisig(list('a.zip')),
        'a.zip.asc': '-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n',
        'a.zip.sig': Buffer.from([0x88, 2, 4, 0]),
        'a.zip.pem': '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n',
      },
    ],
  ])('%s', async (_, files) => {
    write(files);
    expect(await findings()).toEqual([]);
  });
});

describe('names', () => {
  beforeEach(() => {
    write({
      ...named('a.zip', 'b.zip'),
      'checksums.txt': list('a.zip', 'b.zip'),
      'checksums.txt.minisig': minisig(list('a.zip', 'b.zip')),
    });
  });

  it.each<[title: string, files: Readonly<Record<string, string | Buffer>>, expected: readonly string[]]>([
    ['a changed file', { 'a.zip': 'other' }, ['changed a.zip: its SHA-256 differs from checksums.txt']],
    ['a file that no list has', { 'c.zip': 'c' }, ['extra c.zip: it is not listed in checksums.txt']],
    [
      'a second list that lists nothing, without a signature',
      { 'x_checksums.txt': '' },
      ['unsigned x_checksums.txt: it has no signature'],
    ],
    [
      'a second list with another checksum, without a signature',
      { 'x_checksums.txt': `${sha256('other')}  a.zip\n` },
      [
        'unsigned x_checksums.txt: it has no signature',
        'changed a.zip: its SHA-256 differs from x_checksums.txt',
      ],
    ],
    [
      'what is missing in a folder of the release',
      {
        'dist/c.zip': 'c.zip',
        'checksums.txt': inFolder('dist/'),
        'checksums.txt.minisig': minisig(inFolder('dist/')),
      },
      [
        'extra a.zip: it is not listed in checksums.txt',
        'extra b.zip: it is not listed in checksums.txt',
        'missing dist/a.zip: it does not exist',
        'missing dist/b.zip: it does not exist',
        'extra dist/c.zip: it is not listed in checksums.txt',
      ],
    ],
    [
      'a list of another key',
      { 'checksums.txt.minisig': minisig(list('a.zip', 'b.zip'), other) },
      ['a.zip', 'b.zip'].map(
        (path) => `untrusted ${path}: checksums.txt: it is signed by the key ${other.publicKey.id}`,
      ),
    ],
    [
      'a checksum file of a single file with another checksum',
      { 'a.zip.sha256': sha256('other') },
      ['changed a.zip.sha256: it does not contain the SHA-256 of a.zip'],
    ],
    [
      'a checksum file of a single file with more than that',
      { 'a.zip.sha256': `${sha256('a.zip')}\nrm -rf /\n` },
      ['extra a.zip.sha256: it is not listed in checksums.txt'],
    ],
    [
      'a signature of another program with more than that',
      { 'a.zip.asc': '#!/bin/sh\n', 'a.zip.sig': Buffer.from([0x88, 2, 4, 0, 9]) },
      ['a.zip.asc', 'a.zip.sig'].map((path) => `extra ${path}: it is not listed in checksums.txt`),
    ],
    [
      'a signature of another program for a file that no list has',
      { 'c.zip': 'c', 'c.zip.asc': '-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n' },
      [
        'extra c.zip: it is not listed in checksums.txt',
        'extra c.zip.asc: it is not listed in checksums.txt',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    write(files);
    expect(await findings()).toEqual(expected);
  });

  it('an OpenPGP signature where there is no other', async () => {
    rmSync(join(folder, 'checksums.txt.minisig'));
    write({ 'checksums.txt.sig': Buffer.from([0x89, 0, 2, 4, 0]) });
    const why =
      'checksums.txt: checksums.txt.sig is an OpenPGP signature, which this command does not verify';
    expect((await findings()).filter((one) => one.includes('.zip:'))).toEqual(
      ['a.zip', 'b.zip'].map((path) => `unsigned ${path}: ${why}`),
    );
  });

  it('a list that PowerShell 5 wrote', async () => {
    const utf16 = Buffer.from(`\uFEFF${list('a.zip', 'b.zip')}`, 'utf16le');
    write({ 'checksums.txt': utf16, 'checksums.txt.minisig': minisig(utf16) });
    expect(await findings()).toEqual([
      'invalid checksums.txt: it is in UTF-16, and sha256sum reads UTF-8 only',
      ...['a.zip', 'b.zip'].map(
        (path) => `unsigned ${path}: there is no SHA256SUMS, and it has no signature of its own`,
      ),
    ]);
  });

  it('a file whose only signature is of another program', async () => {
    write({ 'c.zip': 'c', 'c.zip.asc': '-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n' });
    for (const path of ['checksums.txt', 'checksums.txt.minisig']) rmSync(join(folder, path));
    expect((await verifyFile(join(folder, 'c.zip'), keys)).findings).toMatchObject([
      {
        kind: 'unsigned',
        detail:
          'no checksum file lists it, and c.zip.asc is an SSH signature, which this command does not verify',
      },
    ]);
  });

  it('ECDSA signatures of other content and of other keys', async () => {
    rmSync(join(folder, 'checksums.txt.minisig'));
    for (const signature of [
      signBytes('sha256', Buffer.from('other'), ecdsa.key),
      signBytes('sha256', Buffer.from(list('a.zip', 'b.zip')), generateEcdsaKey().key),
    ]) {
      write({ 'checksums.txt.sig': signature.toString('base64') });
      expect(await findings()).toContain(
        'untrusted a.zip: checksums.txt: no trusted key made checksums.txt.sig for its content',
      );
    }
    const text = signBytes('sha256', Buffer.from(list('a.zip', 'b.zip')), ecdsa.key).toString('base64');
    write({ 'checksums.txt.sig': text });
    const revoked = await verifyFolder(folder, { trusted: keys.trusted, revoked: [ecdsa.publicKey] });
    expect(revoked.findings).toContainEqual(expect.objectContaining({ kind: 'revoked', path: 'a.zip' }));
  });
});

it('a single file is verified by the list that names it, whatever else is in the folder', async () => {
  write({
    ...named('a.zip', 'b.zip', 'c.zip'),
    'a_checksums.txt': list('a.zip'),
    'a_checksums.txt.minisig': minisig(list('a.zip'), key, 'a 1.0'),
    'b_checksums.txt': list('b.zip'),
    'checksums.txt': 'something else\n',
  });
  expect(await verifyFile(join(folder, 'a.zip'), keys)).toEqual({
    files: 1,
    findings: [],
    trustedComment: 'a 1.0',
    attestations: [],
  });
  expect((await verifyFile(join(folder, 'b.zip'), keys)).findings).toMatchObject([{ kind: 'unsigned' }]);
  expect((await verifyFile(join(folder, 'c.zip'), keys)).findings).toMatchObject([
    { kind: 'extra', detail: 'it is not listed in a checksum file' },
  ]);
});
