import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signFolder } from '../release/sign.js';
import { verifyFile, verifyFolder } from '../release/verify.js';
import { keylessSigner } from './sign.js';
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
  folder = mkdtempSync(join(tmpdir(), 'keyless-'));
  writeFileSync(at('app'), 'content\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const signer = ({ url } = instance, token = identityToken()) =>
  keylessSigner(() => Promise.resolve(token), { fulcioUrl: url, rekorUrl: url });

const trust = (identity = workflow, from = issuer, root = instance.root) => ({
  trusted: [],
  revoked: [],
  certificates: { identity: { identity, issuer: from }, root: parseTrustedRoot(root, 'root.json') },
});

const verify = async (...expected: Parameters<typeof trust>) =>
  (await verifyFolder(folder, trust(...expected))).findings.map(({ kind, detail }) => `${kind}: ${detail}`);

interface Json {
  verificationMaterial: { tlogEntries: Record<string, unknown>[]; certificate: { rawBytes: string } };
  messageSignature: { signature: string; messageDigest: { digest: string } };
}

/** Changes the bundle of the checksum file. */
function edit(change: (bundle: Json) => void): void {
  const path = at('SHA256SUMS.sigstore.json');
  const bundle = JSON.parse(readFileSync(path, 'utf8')) as Json;
  change(bundle);
  writeFileSync(path, JSON.stringify(bundle));
}

it('signs with a certificate, notes it in the log, and verifies offline', async () => {
  await signFolder(folder, signer());
  expect(JSON.parse(readFileSync(at('SHA256SUMS.sigstore.json'), 'utf8'))).toMatchObject({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: {}, tlogEntries: [{ kindVersion: { kind: 'hashedrekord' } }] },
  });
  const before = instance.requests.length;
  expect(await verify()).toEqual([]);
  expect(await verify(workflow.replace(/v1.*/, '*'))).toEqual([]);
  expect(instance.requests).toHaveLength(before);
});

it('requests one certificate for all files of a folder', async () => {
  writeFileSync(at('other'), 'other\n');
  const before = instance.requests.length;
  await signFolder(folder, signer(), { perFile: true });
  expect(instance.requests.slice(before).filter((path) => path.includes('signingCert'))).toHaveLength(1);
  expect((await verifyFile(at('other'), trust())).findings).toEqual([]);
});

it('signs a statement with a certificate, notes it in the log, and verifies offline', async () => {
  const sha256 = createHash('sha256')
    .update(readFileSync(at('app')))
    .digest('hex');
  const statement = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  });
  const name = 'app.provenance.sigstore.json';
  const attestations = new Map([[name, (await signer().attest?.(statement)) ?? '']]);
  await signFolder(folder, signer(), { attestations });
  const text = readFileSync(at(name), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' },
    verificationMaterial: { certificate: {}, tlogEntries: [{ kindVersion: { kind: 'dsse' } }] },
  });
  expect(await verifyFolder(folder, trust())).toMatchObject({
    findings: [],
    attestations: [{ path: 'app', signer: { identity: workflow } }],
  });
  const bundle = JSON.parse(text) as { dsseEnvelope: { payload: string } };
  bundle.dsseEnvelope.payload = Buffer.from(`${statement} `).toString('base64');
  writeFileSync(at(name), JSON.stringify(bundle));
  await signFolder(folder, signer());
  expect(await verify()).toEqual([
    expect.stringMatching(/^invalid: its transparency log entry is not valid/),
  ]);
  rmSync(at(name));
});

describe('names what is wrong:', () => {
  it.each<[title: string, expected: RegExp, change: () => unknown, trust?: () => Parameters<typeof trust>]>([
    [
      'another identity',
      /untrusted: SHA256SUMS: it is signed by https:\/\/example.org\/acme\S+, not by other@/,
      () => undefined,
      () => ['other@example.org'],
    ],
    [
      'another issuer',
      /untrusted: SHA256SUMS: it is signed by .* of the issuer https:\/\/token.example.org, not of https:\/\/evil/,
      () => undefined,
      () => [workflow, 'https://evil.example.org'],
    ],
    [
      'no log entry',
      /invalid: SHA256SUMS: it has no entry of a transparency log/,
      () => {
        edit(({ verificationMaterial }) => (verificationMaterial.tlogEntries = []));
      },
    ],
    [
      'the log entry of another signature',
      /invalid: SHA256SUMS: its transparency log entry is not valid/,
      async () => {
        const path = at('SHA256SUMS.sigstore.json');
        const { verificationMaterial: first } = JSON.parse(readFileSync(path, 'utf8')) as Json;
        await signFolder(folder, signer());
        edit(({ verificationMaterial }) => (verificationMaterial.tlogEntries = first.tlogEntries));
      },
    ],
    [
      'an entry with another time',
      /invalid: SHA256SUMS: its transparency log entry is not valid/,
      () => {
        edit(({ verificationMaterial: { tlogEntries } }) => {
          const [entry = {}] = tlogEntries;
          entry.integratedTime = String(Number(entry.integratedTime) + 1);
        });
      },
    ],
    [
      'the same entry twice',
      /invalid: SHA256SUMS: (no trusted service|its transparency log entry)/,
      () => {
        edit(({ verificationMaterial: { tlogEntries } }) => tlogEntries.push(tlogEntries[0] ?? {}));
      },
    ],
    [
      'an entry without a promise and without a time',
      /invalid: SHA256SUMS: no trusted service states its time/,
      () => {
        edit(({ verificationMaterial: { tlogEntries } }) => {
          const [entry = {}] = tlogEntries;
          delete entry.inclusionPromise;
        });
      },
    ],
    [
      'a certificate that is cut off',
      /invalid: SHA256SUMS: its certificate or log entry is malformed/,
      () => {
        edit(({ verificationMaterial: { certificate } }) => {
          certificate.rawBytes = certificate.rawBytes.slice(0, 400);
        });
      },
    ],
    [
      'changed content',
      /stale: SHA256SUMS: its signature is for other content/,
      () => {
        writeFileSync(
          at('SHA256SUMS'),
          readFileSync(at('SHA256SUMS'), 'utf8').replaceAll('app', 'app'.toUpperCase()),
        );
        rmSync(at('app'));
        writeFileSync(at('APP'), 'content\n');
      },
    ],
    [
      'another signature',
      /invalid: SHA256SUMS: its transparency log entry is not valid/,
      () => {
        edit(({ messageSignature }) => (messageSignature.signature = 'MEUCIQDHwKRw'));
      },
    ],
  ])('%s', async (_, expected, change, trusted) => {
    await signFolder(folder, signer());
    await change();
    expect(await verify(...(trusted?.() ?? []))).toEqual([expect.stringMatching(expected) as string]);
  });

  it('another instance', async () => {
    const other = await startInstance();
    await signFolder(folder, signer(other));
    other.server.close();
    expect(await verify()).toEqual([
      'invalid: SHA256SUMS: no certificate authority of the trusted root issued its certificate',
    ]);
  });

  it.each([
    ['before the certificate was valid', -11],
    ['after it had expired', 11],
  ])('a signature made %s', async (_, minutes) => {
    const other = await startInstance({ rekor: new Date(Date.now() + minutes * 60_000) });
    await signFolder(folder, signer(other));
    other.server.close();
    expect(await verify(workflow, issuer, other.root)).toEqual([
      'invalid: SHA256SUMS: its certificate was not valid at the time of signing',
    ]);
  });

  it('a keyless signature where only keys are trusted', async () => {
    await signFolder(folder, signer());
    const { findings } = await verifyFolder(folder, { trusted: [], revoked: [] });
    expect(findings).toMatchObject([
      { kind: 'untrusted', detail: 'SHA256SUMS: it is signed by a certificate' },
    ]);
  });
});

describe('signing fails, and writes nothing,', () => {
  it.each([
    [
      'without Fulcio',
      { fulcioUrl: 'http://127.0.0.1:9' },
      /the request to Fulcio at http:\/\/127.0.0.1:9 failed/,
    ],
    [
      'without Rekor',
      { rekorUrl: 'http://127.0.0.1:9' },
      /the request to Rekor at http:\/\/127.0.0.1:9 failed/,
    ],
  ])('%s', async (_, urls, what) => {
    const services = { fulcioUrl: instance.url, rekorUrl: instance.url, ...urls };
    const unreachable = keylessSigner(() => Promise.resolve(identityToken()), services);
    await expect(signFolder(folder, unreachable)).rejects.toMatchObject({
      code: 'SIGNING_SERVICE_FAILED',
      what: expect.stringMatching(what) as string,
    });
    expect(() => readFileSync(at('SHA256SUMS'))).toThrow('ENOENT');
  });
});

const hasCosign = spawnSync('cosign', ['version']).error === undefined;

describe.skipIf(!hasCosign && process.env.CI === undefined)('cosign (needs the program cosign)', () => {
  const cosign = (identity: string, file = 'SHA256SUMS') =>
    spawnSync(
      'cosign',
      [
        ...[
          'verify-blob',
          '--new-bundle-format',
          '--bundle',
          `${file}.sigstore.json`,
          '--trusted-root',
          'root.json',
        ],
        ...['--certificate-identity', identity, '--certificate-oidc-issuer', issuer, file],
      ],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: folder } },
    );

  it('verifies our keyless bundles, and rejects those of another identity, as we do', async () => {
    await signFolder(folder, signer());
    writeFileSync(at('root.json'), instance.root);
    expect(cosign(workflow).stderr).toContain('Verified OK');
    expect(cosign('other@example.org').status).not.toBe(0);
  });
});
