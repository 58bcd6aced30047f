import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateEcdsaKey } from '../signing/ecdsa-keys.js';
import { generateKey } from '../signing/keys.js';
import { parseRevokedKeys } from '../signing/revocations.js';
import { signerFor } from '../signing/signer.js';
import { formatTrustedKey, type TrustedKey } from '../signing/trusted-keys.js';
import { signFile, signFolder } from './sign.js';
import { verifyFile, verifyFolder } from './verify.js';

const key = generateKey();
const other = generateKey();
const ecdsa = generateEcdsaKey();
let folder: string;

const at = (path: string) => join(folder, path);
const write = (path: string, text: string) => {
  writeFileSync(at(path), text);
};
const read = (path: string) => readFileSync(at(path), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(at('linux'));
  write('linux/app', 'binary');
  write('README.md', 'text');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('with Sigstore bundles', () => {
  const bundle = 'SHA256SUMS.sigstore.json';
  const signBoth = async () => {
    await signFolder(folder, signerFor(key, 'app 1.2.3'));
    await signFolder(folder, signerFor(ecdsa, undefined));
  };
  const findings = async (trusted: readonly TrustedKey[], revoked: readonly TrustedKey[] = []) =>
    (await verifyFolder(folder, { trusted, revoked })).findings.map(({ kind, path }) => `${kind} ${path}`);

  it('accepts a folder that is signed in both formats with either key', async () => {
    await signBoth();
    expect(await findings([key.publicKey])).toEqual([]);
    expect(await findings([ecdsa.publicKey])).toEqual([]);
    expect(await findings([other.publicKey, generateEcdsaKey().publicKey])).toEqual([
      'untrusted README.md',
      'untrusted linux/app',
    ]);
  });

  it.each<[title: string, kind: string, change: () => void]>([
    [
      'a bundle of another file',
      'stale',
      () => {
        write(bundle, read('README.md.sigstore.json'));
      },
    ],
    [
      'a bundle that is cut off',
      'invalid',
      () => {
        write(bundle, read(bundle).slice(0, 50));
      },
    ],
    [
      'a bundle of another media type',
      'invalid',
      () => {
        write(bundle, read(bundle).replace('v0.3', 'v9.9'));
      },
    ],
    [
      'a bundle that names the key but is not signed with it',
      'invalid',
      () => {
        const json = JSON.parse(read(bundle)) as { messageSignature: { signature: string } };
        const from = JSON.parse(read('README.md.sigstore.json')) as typeof json;
        json.messageSignature.signature = from.messageSignature.signature;
        write(bundle, JSON.stringify(json));
      },
    ],
    [
      'a checksum file that is newer than its bundle',
      'stale',
      () => {
        write('SHA256SUMS', read('SHA256SUMS').replace(/^\w{8}/, '00000000'));
      },
    ],
  ])('names the files that are covered only by %s', async (_, kind, change) => {
    await signFolder(folder, signerFor(ecdsa, undefined));
    await signFile(at('README.md'), signerFor(ecdsa, undefined));
    change();
    expect(await findings([ecdsa.publicKey])).toContain(`${kind} linux/app`);
  });

  it('rejects a revoked key of cosign even if it is trusted, whatever the bundle names', async () => {
    await signFolder(folder, signerFor(ecdsa, undefined));
    const revoked = parseRevokedKeys(`# lost\n${formatTrustedKey(ecdsa.publicKey)}`, 'revoked.txt');
    expect(await findings([ecdsa.publicKey], revoked)).toEqual(['revoked README.md', 'revoked linux/app']);
    write(bundle, read(bundle).replace(ecdsa.publicKey.id, ''));
    expect(await findings([ecdsa.publicKey], revoked)).toEqual([
      'untrusted README.md',
      'untrusted linux/app',
    ]);
  });

  it('does not depend on the hint of the key', async () => {
    await signFolder(folder, signerFor(ecdsa, undefined));
    write(bundle, read(bundle).replace(ecdsa.publicKey.id, 'our key'));
    expect(await findings([ecdsa.publicKey])).toEqual([]);
  });

  it('signs and verifies one file, with or without a checksum file', async () => {
    await signFile(at('README.md'), signerFor(ecdsa, undefined));
    const verifyOne = () => verifyFile(at('README.md'), { trusted: [ecdsa.publicKey], revoked: [] });
    expect(await verifyOne()).toMatchObject({ files: 1, findings: [] });
    write('README.md', 'other');
    expect((await verifyOne()).findings).toMatchObject([{ kind: 'changed', path: 'README.md' }]);
    rmSync(at('README.md.sigstore.json'));
    expect((await verifyOne()).findings).toMatchObject([{ kind: 'unsigned', path: 'README.md' }]);
    await signFolder(folder, signerFor(ecdsa, undefined));
    rmSync(at('linux'), { recursive: true });
    expect(await verifyOne()).toMatchObject({ files: 1, findings: [] });
  });

  it('signs each file on request, and renews signatures that exist', async () => {
    await signFolder(folder, signerFor(key, undefined), { perFile: true });
    expect(read('linux/app.minisig')).toContain('trusted comment: file:app\n');
    write('linux/app', 'other');
    await signFolder(folder, signerFor(key, undefined));
    rmSync(at('SHA256SUMS'));
    expect(await findings([key.publicKey])).toEqual(['unsigned SHA256SUMS.minisig']);
  });

  it('does not list the signatures of a checksum file that was deleted', async () => {
    for (const signer of [signerFor(key, undefined), signerFor(ecdsa, undefined)])
      await signFolder(folder, signer);
    rmSync(at('SHA256SUMS'));
    expect(await signFolder(folder, signerFor(key, undefined))).toEqual(['README.md', 'linux/app']);
    expect(await findings([key.publicKey])).toEqual([]);
  });

  it('reads signatures that a Windows editor saved', async () => {
    for (const signer of [signerFor(key, undefined), signerFor(ecdsa, undefined)])
      await signFolder(folder, signer);
    for (const name of ['SHA256SUMS.minisig', bundle])
      write(name, `\uFEFF${read(name).replaceAll('\n', '\r\n')}`);
    expect(await findings([key.publicKey])).toEqual([]);
    expect(await findings([ecdsa.publicKey])).toEqual([]);
  });

  it('refuses a comment, which bundles do not have', () => {
    expect(() => signerFor(ecdsa, 'app 1.2.3')).toThrow(
      expect.objectContaining({ code: 'SIGNING_COMMENT_INVALID' }),
    );
  });
});
