/** Signatures whose time a timestamp authority states, with both versions of Rekor. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signFolder } from '../release/sign.js';
import { verifyFolder } from '../release/verify.js';
import { keylessSigner, type SigstoreServices } from './sign.js';
import { identityToken, startInstance, type TestInstance, workflow } from './sigstore.spec.helper.js';
import { parseTrustedRoot } from './trusted-root.js';

const issuer = 'https://token.example.org';
let instance: TestInstance;
let folder: string;
const at = (path: string) => join(folder, path);

beforeAll(async () => {
  instance = await startInstance();
});

afterAll(() => {
  instance.server.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timestamps-'));
  writeFileSync(at('app'), 'content\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Material {
  readonly tlogEntries: Record<string, unknown>[];
  timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
}

async function sign({ url } = instance, services: SigstoreServices = {}): Promise<readonly string[]> {
  const all = { fulcioUrl: url, rekorUrl: url, timestampUrl: url, ...services };
  return signFolder(
    folder,
    keylessSigner(() => Promise.resolve(identityToken()), all),
  );
}

async function verify(root = instance.root): Promise<readonly string[]> {
  const certificates = {
    identity: { identity: workflow, issuer },
    root: parseTrustedRoot(root, 'root.json'),
  };
  const { findings } = await verifyFolder(folder, { trusted: [], revoked: [], certificates });
  return findings.map(({ kind, detail }) => `${kind}: ${detail}`);
}

function edit(change: (material: Material) => void): void {
  const path = at('SHA256SUMS.sigstore.json');
  const bundle = JSON.parse(readFileSync(path, 'utf8')) as { readonly verificationMaterial: Material };
  change(bundle.verificationMaterial);
  writeFileSync(path, JSON.stringify(bundle));
}

it.each([1, 2] as const)(
  'signs and verifies with version %s of Rekor and a timestamp',
  async (rekorVersion) => {
    await sign(instance, { rekorVersion });
    const version = `0.0.${rekorVersion}`;
    expect(JSON.parse(readFileSync(at('SHA256SUMS.sigstore.json'), 'utf8'))).toMatchObject({
      verificationMaterial: {
        tlogEntries: [{ kindVersion: { version } }],
        timestampVerificationData: { rfc3161Timestamps: [{}] },
      },
    });
    expect(await verify()).toEqual([]);
  },
);

const hasCosign = spawnSync('cosign', ['version']).error === undefined;

it.skipIf(!hasCosign && process.env.CI === undefined)('cosign verifies our timestamps', async () => {
  await sign();
  writeFileSync(at('root.json'), instance.root);
  const identity = ['--certificate-identity', workflow, '--certificate-oidc-issuer', issuer];
  const root = ['--trusted-root', 'root.json', '--bundle', 'SHA256SUMS.sigstore.json'];
  const how = ['verify-blob', '--new-bundle-format', '--use-signed-timestamps'];
  const { stderr } = spawnSync('cosign', [...how, ...root, ...identity, 'SHA256SUMS'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  expect(stderr).toContain('Verified OK');
});

it('signs with version 2 of Rekor only where the time is known', async () => {
  await expect(sign(instance, { rekorVersion: 2, timestampUrl: undefined })).rejects.toMatchObject({
    code: 'SIGNING_SERVICE_FAILED',
    why: 'version 2 of Rekor states no time, and no timestamp authority is set',
  });
  expect(() => readFileSync(at('SHA256SUMS'))).toThrow('ENOENT');
});

it('writes nothing if the timestamp authority cannot be reached', async () => {
  await expect(sign(instance, { timestampUrl: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    what: 'the request to the timestamp authority at http://127.0.0.1:9 failed',
  });
  expect(() => readFileSync(at('SHA256SUMS'))).toThrow('ENOENT');
});

describe('names what is wrong:', () => {
  it.each<[title: string, expected: RegExp, change: (material: Material) => void]>([
    [
      'no time',
      /no trusted service states its time \(expected 1/,
      (material) => delete material.timestampVerificationData,
    ],
    [
      'a time that is cut off',
      /its certificate or log entry is malformed/,
      ({ timestampVerificationData: data }) => {
        for (const one of data?.rfc3161Timestamps ?? [])
          one.signedTimestamp = one.signedTimestamp.slice(0, 40);
      },
    ],
    [
      'no entry in the log',
      /it has no entry of a transparency log/,
      ({ tlogEntries }) => tlogEntries.splice(0),
    ],
    [
      'an entry without a proof',
      /it lacks verificationMaterial.tlogEntries\[0\].inclusionProof/,
      ({ tlogEntries: [entry] }) => delete entry?.inclusionProof,
    ],
    [
      'a time that the log claims itself',
      /no trusted service states its time/,
      (material) => {
        delete material.timestampVerificationData;
        for (const entry of material.tlogEntries)
          entry.integratedTime = String(Math.floor(Date.now() / 1000));
      },
    ],
  ])('%s', async (_, expected, change) => {
    await sign(instance, { rekorVersion: 2 });
    edit(change);
    expect(await verify()).toEqual([expect.stringMatching(expected) as string]);
  });

  it.each<[what: string, expected: string, names: readonly (keyof Material)[]]>([
    ['the time', 'no trusted service states its time', ['timestampVerificationData']],
    ['the log entry', 'its transparency log entry is not valid', ['tlogEntries']],
    ['both', 'no trusted service states its time', ['timestampVerificationData', 'tlogEntries']],
  ])('%s of another signature', async (_, expected, names) => {
    await sign(instance, { rekorVersion: 2 });
    const { verificationMaterial: first } = JSON.parse(
      readFileSync(at('SHA256SUMS.sigstore.json'), 'utf8'),
    ) as { readonly verificationMaterial: Material };
    await sign(instance, { rekorVersion: 2 });
    edit((material) => Object.assign(material, Object.fromEntries(names.map((name) => [name, first[name]]))));
    expect(await verify()).toEqual([expect.stringContaining(expected) as string]);
  });

  it('a timestamp authority that the trusted root does not have', async () => {
    const other = await startInstance();
    await sign(instance, { rekorVersion: 2, timestampUrl: other.url });
    other.server.close();
    expect(await verify()).toEqual([
      'invalid: SHA256SUMS: no trusted service states its time (timestamp could not be verified)',
    ]);
  });

  it('a signature made after its certificate had expired', async () => {
    const other = await startInstance({ timestamps: new Date(Date.now() + 11 * 60_000) });
    await sign(other, { rekorVersion: 2 });
    other.server.close();
    expect(await verify(other.root)).toEqual([
      'invalid: SHA256SUMS: its certificate was not valid at the time of signing',
    ]);
  });
});
