/** Interoperability with the program cosign, as packaged by Debian trixie. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sbomStatement } from '../provenance/attested.js';
import { signFolder } from '../release/sign.js';
import { verifyFile, verifyFolder } from '../release/verify.js';
import { createAttestation } from './attestations.js';
import {
  formatEcdsaPublicKey,
  formatEcdsaSecretKey,
  generateEcdsaKey,
  parseEcdsaSecretKey,
} from './ecdsa-keys.js';
import { bundleEnding } from './signatures.js';
import { signerFor } from './signer.js';
import { parseTrustedKey } from './trusted-keys.js';

const isMissing = spawnSync('cosign', ['version']).error !== undefined;

describe.skipIf(isMissing && process.env.CI === undefined)('cosign (needs the program cosign)', () => {
  let folder: string;
  const ours = generateEcdsaKey();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };

  function cosign(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
    const env = { ...process.env, COSIGN_PASSWORD: 'correct horse' };
    const child = spawnSync('cosign', args, { cwd: folder, encoding: 'utf8', env });
    return { status: child.status, output: child.stdout + child.stderr };
  }

  const mustRun = (...args: readonly string[]) => {
    const { status, output } = cosign(...args);
    expect(status, output).toBe(0);
  };

  /** Without a root file of its own, cosign downloads that of the public instance. */
  const verify = (file: string, key: string, bundle = file + bundleEnding) =>
    cosign(
      ...['verify-blob', '--key', key, '--new-bundle-format', '--bundle', bundle],
      ...['--insecure-ignore-tlog', '--trusted-root', 'root.json', file],
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cosign-'));
    mustRun('generate-key-pair');
    write('ours.pub', formatEcdsaPublicKey(ours.publicKey));
    write('ours.key', await formatEcdsaSecretKey(ours, 'correct horse'));
    write(
      'root.json',
      JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        ...{ tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] },
      }),
    );
    write('app', 'content\n');
    write('other', 'other\n');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('verifies our bundles, of the checksum file and of each file', async () => {
    await signFolder(folder, signerFor(ours, undefined), { perFile: true });
    for (const name of ['SHA256SUMS', 'app', 'other'])
      expect(verify(name, 'ours.pub').output).toContain('Verified OK');
  });

  it('verifies our attestations about a file, and rejects them for another', () => {
    const sha256 = createHash('sha256').update(read('app')).digest('hex');
    const statement = sbomStatement(
      JSON.stringify({
        bomFormat: 'CycloneDX',
        metadata: { component: { name: 'app', hashes: [{ alg: 'SHA-256', content: sha256 }] } },
      }),
      [],
    );
    write('app.cdx.sigstore.json', createAttestation(ours, statement ?? ''));
    const check = (file: string) =>
      cosign(
        ...['verify-blob-attestation', '--key', 'ours.pub', '--new-bundle-format', '--type', 'cyclonedx'],
        ...[
          '--bundle',
          'app.cdx.sigstore.json',
          '--insecure-ignore-tlog',
          '--trusted-root',
          'root.json',
          file,
        ],
      );
    expect(check('app').output).toContain('Verified OK');
    expect(check('other').status).not.toBe(0);
    rmSync(join(folder, 'app.cdx.sigstore.json'));
  });

  it('rejects our bundles of another file and for another key, as we do', async () => {
    await signFolder(folder, signerFor(ours, undefined), { perFile: true });
    expect(verify('app', 'ours.pub', `other${bundleEnding}`).status).not.toBe(0);
    expect(verify('app', 'cosign.pub').status).not.toBe(0);
    write(`app${bundleEnding}`, read(`other${bundleEnding}`));
    const { findings } = await verifyFolder(folder, { trusted: [ours.publicKey], revoked: [] });
    expect(findings).toMatchObject([{ kind: 'changed', path: 'app' }]);
  });

  it.each(['cosign', 'ours'])('signs with %s.key what we verify', async (name) => {
    const flags = ['--new-bundle-format', '--tlog-upload=false', '--yes', '--bundle', `app${bundleEnding}`];
    mustRun('sign-blob', '--key', `${name}.key`, ...flags, 'app');
    for (const list of ['SHA256SUMS', `SHA256SUMS${bundleEnding}`])
      rmSync(join(folder, list), { force: true });
    const trusted = [parseTrustedKey(read(`${name}.pub`), `${name}.pub`)];
    expect(await verifyFile(join(folder, 'app'), { trusted, revoked: [] })).toMatchObject({ findings: [] });
  });

  it('writes keys that we sign with', async () => {
    const key = await parseEcdsaSecretKey(
      read('cosign.key'),
      () => Promise.resolve('correct horse'),
      'cosign.key',
    );
    expect(key.publicKey).toEqual(parseTrustedKey(read('cosign.pub'), 'cosign.pub'));
    await signFolder(folder, signerFor(key, undefined));
    expect(verify('SHA256SUMS', 'cosign.pub').output).toContain('Verified OK');
  });
});
