/** `millwright rebuild` with a script in place of Nx; the end-to-end test uses the real one. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rebuildableArtifact } from './rebuildable.spec.helper.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(file: string, ...args: readonly string[]) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr, isMissing: error !== undefined };
}

const rebuild = (...args: readonly string[]) =>
  run(process.execPath, join(import.meta.dirname, '../dist/cli.js'), 'rebuild', 'app', ...args);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

it('says that an artifact was reproduced, and gives the same statement again', () => {
  rebuildableArtifact(folder, 'program');
  const { status, output } = rebuild();
  expect(status, output).toBe(0);
  expect(output).toMatch(
    /^reproduced: app has the same bytes as the file built from the commit [0-9a-f]{40}$/m,
  );
  const first = read('app.rebuild.json');
  rebuild();
  expect(read('app.rebuild.json')).toBe(first);
});

it('exits with 1 for another file, names the difference, and keeps that file', () => {
  rebuildableArtifact(folder, 'built in /home/a', 'built in /home/b');
  const { status, output } = rebuild('--keep', 'other', '--output', 'result.json');
  expect(status, output).toBe(1);
  expect(output).toContain(
    'byte 15 (16 bytes): "built in /home/a" in the artifact, "built in /home/b" rebuilt',
  );
  expect(read('other')).toBe('built in /home/b');
  expect(JSON.parse(read('result.json'))).toMatchObject({
    predicate: { reproduced: false, difference: { offset: 15 } },
  });
});

it('refuses a minisign key before it builds', () => {
  rebuildableArtifact(folder, 'program');
  run(process.execPath, join(import.meta.dirname, '../dist/cli.js'), 'key', 'generate', '--no-passphrase');
  const { status, output } = rebuild('--key', 'minisign.key');
  expect(status).toBe(2);
  expect(output).toContain('a minisign key signs files only');
});

describe('the signed result', () => {
  const isMissing = spawnSync('cosign', ['version']).error !== undefined;

  it.skipIf(isMissing && process.env.CI === undefined)(
    'is verified by cosign (needs the program cosign)',
    () => {
      rebuildableArtifact(folder, 'program');
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      writeFileSync(join(folder, 'cosign.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
      writeFileSync(join(folder, 'cosign.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
      const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
      const empty = { tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] };
      writeFileSync(join(folder, 'root.json'), JSON.stringify({ mediaType, ...empty }));
      const { status, output } = rebuild('--key', 'cosign.key');
      expect(status, output).toBe(0);
      const verify = (file: string) =>
        run(
          'cosign',
          ...[
            'verify-blob-attestation',
            '--key',
            'cosign.pub',
            '--new-bundle-format',
            '--insecure-ignore-tlog',
          ],
          ...['--trusted-root', 'root.json', '--type', 'urn:millwright:rebuild:v1'],
          ...['--bundle', 'app.rebuild.sigstore.json', file],
        );
      expect(verify('app').output).toContain('Verified OK');
      expect(verify('nx.json').status).not.toBe(0);
    },
  );
});
