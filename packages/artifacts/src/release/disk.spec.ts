import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateEcdsaKey } from '../signing/ecdsa-keys.js';
import { generateKey } from '../signing/keys.js';
import { signerFor } from '../signing/signer.js';
import { signFile, signFolder } from './sign.js';
import { verifyFolder } from './verify.js';

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;
const key = generateKey();
let folder: string;

const mount = (options: string) => {
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder]).status).toBe(0);
};
const filesOf = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-disk-'));
});

afterEach(() => {
  spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

describe.skipIf(!canMount && process.env.CI === undefined)(
  'signing on a file system of its own (needs the right to mount)',
  () => {
    it.each([
      ['minisign', signerFor(key, undefined)],
      ['cosign', signerFor(generateEcdsaKey(), undefined)],
    ])('explains a full disk with a key of %s, and changes nothing', async (_, signer) => {
      mount('size=16k');
      writeFileSync(join(folder, 'app'), Buffer.alloc(12 << 10));
      const before = filesOf();
      const rejection = { code: 'ARTIFACTS_DISK_FULL' };
      await expect(signFolder(folder, signer)).rejects.toMatchObject(rejection);
      await expect(signFolder(folder, signer, { perFile: true })).rejects.toMatchObject(rejection);
      expect(filesOf()).toEqual(before);
    });

    it('explains a read-only folder, changes nothing, and verifies it all the same', async () => {
      mount('size=64k');
      writeFileSync(join(folder, 'app'), 'content');
      await signFolder(folder, signerFor(key, undefined));
      const before = filesOf();
      expect(spawnSync('mount', ['-o', 'remount,ro', folder]).status).toBe(0);
      const rejection = { code: 'ARTIFACTS_NOT_WRITABLE' };
      await expect(signFolder(folder, signerFor(key, 'other'))).rejects.toMatchObject(rejection);
      await expect(signFile(join(folder, 'app'), signerFor(key, 'other'))).rejects.toMatchObject(rejection);
      expect(filesOf()).toEqual(before);
      const { findings } = await verifyFolder(folder, { trusted: [key.publicKey], revoked: [] });
      expect(findings).toEqual([]);
    });
  },
);
