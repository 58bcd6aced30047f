import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '../archives/write.js';
import { formatRecord } from '../layout/side-files.js';
import { builderOf, localBuilder } from '../provenance/builder.js';
import { type ProvenanceFacts, provenanceOf } from '../provenance/statement.js';
import type { TrustedKeys } from '../release/signature-state.js';
import { signFolder } from '../release/sign.js';
import { verifyFile, verifyFolder } from '../release/verify.js';
import { generateEcdsaKey } from '../signing/ecdsa-keys.js';
import { generateKey } from '../signing/keys.js';
import { signerFor } from '../signing/signer.js';
import { attestArtifacts } from './attest.js';

const key = generateEcdsaKey();
const signer = signerFor(key, undefined);
const content = 'program';
const sha256 = createHash('sha256').update(content).digest('hex');
const ci = { CI: 'true' };
let root: string;
let artifact: string;
let folder: string;

const facts: ProvenanceFacts = {
  tool: 'cargo',
  task: 'app:build-linux-amd64:release',
  folder: '.',
  options: {},
  builder: localBuilder,
};
const sbom = (of: string) =>
  JSON.stringify({
    bomFormat: 'CycloneDX',
    metadata: {
      component: {
        name: 'app',
        hashes: [{ alg: 'SHA-256', content: of }],
        properties: [{ name: 'millwright:target', value: 'linux/arm64' }],
      },
    },
  });

function record(change: Partial<ProvenanceFacts> = {}, of = sha256, revision?: string): void {
  const version = revision === undefined ? {} : { revision };
  writeFileSync(
    `${artifact}.provenance.json`,
    formatRecord(provenanceOf({ name: 'app', sha256: of }, { ...facts, ...change }, version)),
  );
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'attest-'));
  folder = join(root, 'dist');
  artifact = join(root, 'app');
  mkdirSync(folder);
  writeFileSync(artifact, content);
  record();
  await writeArchive(
    join(folder, 'app-1.0.0-linux-amd64.tar.gz'),
    [{ name: 'app-1.0.0-linux-amd64/app', source: artifact, isExecutable: true }],
    'tar.gz',
    0,
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const attest = (env: Record<string, string> = {}, by = signer) =>
  attestArtifacts({ artifacts: [artifact], folder, env }, by);

async function sign(): Promise<void> {
  await signFolder(folder, signer, { attestations: await attest() });
}

const keys: TrustedKeys = { trusted: [key.publicKey], revoked: [] };
const found = async (trust = keys) =>
  (await verifyFolder(folder, trust)).findings.map(({ kind, path, detail }) => `${kind} ${path}: ${detail}`);

it('signs provenance and SBOM about the archive, and both are verified', async () => {
  writeFileSync(`${artifact}.cdx.json`, sbom(sha256));
  await sign();
  const { findings, attestations } = await verifyFolder(folder, keys);
  expect(findings).toEqual([]);
  const path = 'app-1.0.0-linux-amd64.tar.gz';
  expect(attestations).toMatchObject([
    { path, predicateType: 'https://cyclonedx.org/bom', builder: undefined },
    { path, predicateType: 'https://slsa.dev/provenance/v1', builder: localBuilder },
  ]);
  expect((await verifyFile(join(folder, path), keys)).attestations).toHaveLength(2);
  const bundle = JSON.parse(readFileSync(join(folder, `${path}.provenance.sigstore.json`), 'utf8')) as {
    dsseEnvelope: { payload: string };
  };
  const { subject } = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()) as {
    subject: object[];
  };
  expect(subject).toMatchObject([{ name: path }, { name: 'app', digest: { sha256 } }]);
});

it('attests a file that is published without an archive', async () => {
  writeFileSync(join(folder, 'app'), content);
  expect([...(await attest()).keys()]).toEqual(['app.provenance.sigstore.json']);
});

describe('finds', () => {
  const file = 'app-1.0.0-linux-amd64.tar.gz.provenance.sigstore.json';
  const other = generateEcdsaKey();

  it.each<[title: string, change: () => unknown, findings: readonly unknown[], trust?: TrustedKeys]>([
    [
      'an attestation of another archive',
      () => {
        writeFileSync(join(folder, 'app-1.0.0-linux-amd64.tar.gz'), 'other');
        return signFolder(folder, signer);
      },
      [
        expect.stringMatching(
          `^invalid ${file}: it is about another file: app-1.0.0-linux-amd64.tar.gz with`,
        ),
      ],
    ],
    [
      'an attestation without its file',
      () => {
        rmSync(join(folder, 'app-1.0.0-linux-amd64.tar.gz'));
        return signFolder(folder, signer);
      },
      [`invalid ${file}: the file that it is about does not exist`],
    ],
    [
      'an attestation of another kind than its name says',
      async () => {
        writeFileSync(join(folder, file), (await signer.attest?.('{"_type":"other"}')) ?? '');
        await signFolder(folder, signer);
      },
      [`invalid ${file}: its payload is not an in-toto statement`],
    ],
    [
      'a revoked key',
      () => undefined,
      [
        expect.stringContaining('revoked app-1.0.0'),
        `revoked ${file}: it is signed by the revoked key ${key.publicKey.id}`,
      ],
      { trusted: [key.publicKey], revoked: [key.publicKey] },
    ],
    [
      'nothing if the checksum file covers an attestation by somebody else',
      () => signFolder(folder, signerFor(other, undefined)),
      [],
      { trusted: [other.publicKey], revoked: [] },
    ],
  ])('%s', async (_, change, findings, trust) => {
    await sign();
    await change();
    expect(await found(trust)).toEqual(findings);
  });
});

describe('refuses', () => {
  it.each<[title: string, change: () => unknown, why: RegExp, env?: Record<string, string>]>([
    [
      'an artifact without provenance',
      () => {
        rmSync(`${artifact}.provenance.json`);
      },
      /app\.provenance\.json is missing or damaged/,
    ],
    [
      'provenance of another file',
      () => {
        record({}, '00');
      },
      /it describes another file, with the SHA-256 00/,
    ],
    ['in CI, what a developer built', () => undefined, /a developer's machine built the file/, ci],
    [
      'in a trusted job, what a pull request built',
      () => {
        record({ builder: builderOf({ ...ci, MILLWRIGHT_TRUST_CLASS: 'pr:12' }) });
      },
      /an untrusted job built the file \(urn:millwright:builder:pr:12\)/,
      { ...ci, MILLWRIGHT_TRUST_CLASS: 'trusted' },
    ],
    [
      'the SBOM of another platform',
      () => {
        writeFileSync(`${artifact}.cdx.json`, sbom('11'));
      },
      /it describes another file: app for linux\/arm64, with the SHA-256 11/,
    ],
    [
      'an SBOM that is none',
      () => {
        writeFileSync(`${artifact}.cdx.json`, '{}');
      },
      /it is not a CycloneDX document of an artifact/,
    ],
    [
      'the statement of another repository',
      () => {
        execFileSync('git', ['init', '-q', root]);
        record({}, sha256, '1'.repeat(40));
      },
      /it was built from the commit 1{40}, which this repository does not have/,
    ],
    [
      'an artifact that no archive contains',
      () => {
        writeFileSync(artifact, 'rebuilt');
        record({}, createHash('sha256').update('rebuilt').digest('hex'));
      },
      /no file in .*dist is this artifact, and no archive there contains it/,
    ],
  ])('%s', async (_, change, why, env) => {
    change();
    await expect(attest(env)).rejects.toMatchObject({
      code: 'ATTESTATION_REFUSED',
      why: expect.stringMatching(why) as string,
    });
  });

  it('keys of minisign, which sign files only', async () => {
    await expect(attest({}, signerFor(generateKey(), undefined))).rejects.toMatchObject({
      code: 'ATTESTATION_REFUSED',
      why: 'a minisign key signs files only',
    });
  });
});
