import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type EcdsaSecretKey,
  formatEcdsaSecretKey,
  generateEcdsaKey,
  formatSecretKey,
  formatTrustedKey,
  generateKey,
} from '@millwright/artifacts/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentOf, mediaTypes } from '../layout/descriptor.js';
import { imageIndex, imageManifest, parseIndex, parseManifest } from '../layout/manifests.js';
import type { ImageTree } from '../layout/oci-layout.js';
import { sender } from '../registry/http.js';
import { Repository } from '../registry/repository.js';
import { TestRegistry } from '../registry/server.spec.helper.js';
import { RegistrySession } from '../registry/session.js';
import { pushAttachments } from './attachments.js';
import { imageSigner } from './attestations.js';
import { verifyAttestations } from './verify-attestations.js';
import { verifyTag } from './verify.js';

const key = generateEcdsaKey();
const other = generateEcdsaKey();
const isCosignMissing = spawnSync('cosign', ['version']).error !== undefined;
let root: string;
let registry: TestRegistry;
let repository: Repository;
let image: ImageTree;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'attestations-'));
  writeFileSync(join(root, 'app'), 'program');
  const sha256 = createHash('sha256').update('program').digest('hex');
  const provenance = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:millwright:build:cargo:v1',
        externalParameters: { folder: '.', options: {} },
        internalParameters: {},
      },
      runDetails: { builder: { id: 'urn:millwright:builder:local' } },
    },
  };
  writeFileSync(join(root, 'app.provenance.json'), JSON.stringify(provenance));
  registry = await TestRegistry.start();
  repository = new Repository(
    new RegistrySession({ registry: registry.host, repository: 'team/app' }, 'pull,push', {
      send: sender(undefined, {}),
      plainHttp: false,
      credential: () => Promise.resolve(undefined),
      sleep: () => Promise.resolve(),
      note: () => undefined,
    }),
  );
  const config = documentOf(mediaTypes.config, {});
  registry.blobs.set(config.descriptor.digest, Buffer.from(config.text));
  const manifest = imageManifest(config.descriptor, []);
  const descriptor = { ...manifest.descriptor, platform: { os: 'linux', architecture: 'arm64' } };
  const index = imageIndex([descriptor]);
  await repository.putManifest(manifest.descriptor.digest, manifest);
  await repository.putManifest('latest', index);
  image = {
    root: index.descriptor,
    index: parseIndex(index.text, 'index'),
    manifests: [{ descriptor, manifest: parseManifest(manifest.text, 'manifest') }],
  };
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

async function push(by: EcdsaSecretKey): Promise<string[]> {
  const env = { MILLWRIGHT_SIGNING_KEY: await formatEcdsaSecretKey(by, undefined) };
  const signer = await imageSigner(root, { sign: true, trustCache: false }, env, false);
  const lines: string[] = [];
  const artifactsOf = () => [join(root, 'app')];
  const report = (line: string) => lines.push(line);
  await pushAttachments({ repository, image, artifactsOf, signer, withFiles: true, report, env: {} });
  return lines;
}

/** Verifies everything, and returns what is wrong. */
async function problems(trusted: readonly EcdsaSecretKey[]): Promise<string[]> {
  const found: string[] = [];
  const report = (_: string, problem: string | undefined) => {
    if (problem !== undefined) found.push(problem);
  };
  const attached = await verifyTag(repository, 'latest', image.root, report);
  const keys = { trusted: trusted.map(({ publicKey }) => publicKey), revoked: [] };
  const images = image.manifests.map(({ descriptor }) => descriptor);
  await verifyAttestations(repository, images, attached, keys, report, () => undefined);
  return found;
}

describe('signed statements about an image', () => {
  it('are attached to the index and to the image of the platform, once for each key', async () => {
    expect(await push(key)).toEqual([
      'image.sigstore.json  all platforms  attached',
      'app.provenance.json  linux/arm64  attached',
      'image.sigstore.json  linux/arm64  attached',
      'app.provenance.sigstore.json  linux/arm64  attached',
    ]);
    const again = await push(key);
    expect(again.every((line) => line.endsWith('already attached'))).toBe(true);
    expect(again).toHaveLength(4);
    expect((await push(other)).filter((line) => line.endsWith('  attached'))).toHaveLength(3);
    expect(await problems([key])).toEqual([]);
    expect(await problems([other])).toEqual([]);
  });

  it('have the annotations by which cosign finds them', async () => {
    await push(key);
    const tag = image.manifests[0]?.descriptor.digest.replace(':', '-') ?? '';
    const { manifests } = parseIndex(registry.manifests.get(tag)?.text ?? '', 'list');
    expect(manifests.map(({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'])).toEqual([
      undefined,
      'https://sigstore.dev/cosign/sign/v1',
      'https://slsa.dev/provenance/v1',
    ]);
    expect(manifests[2]).toMatchObject({
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      annotations: { 'dev.sigstore.bundle.content': 'dsse-envelope' },
    });
  });

  it.skipIf(isCosignMissing && process.env.CI === undefined)('are accepted by cosign', async () => {
    await push(key);
    writeFileSync(join(root, 'cosign.pub'), formatTrustedKey(key.publicKey));
    // Without one, cosign downloads the root of the public instance.
    const trusted = { mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' };
    writeFileSync(join(root, 'root.json'), JSON.stringify(trusted));
    const verify = (digest: string) =>
      promisify(execFile)(
        'cosign',
        [
          ...['verify-attestation', '--new-bundle-format', '--type', 'slsaprovenance1'],
          ...['--key', 'cosign.pub', '--insecure-ignore-tlog', '--trusted-root', 'root.json'],
          '--allow-http-registry',
          `${registry.host}/team/app@${digest}`,
        ],
        { cwd: root },
      );
    const { stderr } = await verify(image.manifests[0]?.descriptor.digest ?? '');
    expect(stderr).toContain('The signatures were verified against the specified public key');
    // It has a signature, and no provenance.
    await expect(verify(image.root.digest)).rejects.toThrow(/no matching attestations|predicate type/);
  });

  it('must be by a trusted key', async () => {
    await push(key);
    expect(await problems([other])).toEqual(['no trusted key has signed a statement about it']);
  });

  it('must be about this image', async () => {
    await push(key);
    // The statements of the index, listed for the image of the platform.
    const [tag, list] = [
      image.manifests[0]?.descriptor,
      registry.manifests.get(image.root.digest.replace(':', '-')),
    ];
    registry.manifests.set(tag?.digest.replace(':', '-') ?? '', list ?? { type: '', text: '' });
    expect(await problems([key])).toEqual([
      expect.stringMatching(/^it is listed for sha256:\w+, and is about another image$/),
      expect.stringMatching(/^it is about another file: /),
      'no trusted key has signed a statement about it',
    ]);
  });

  it('are refused for keys of minisign, and for a binary that is not the one of its provenance', async () => {
    const env = { MILLWRIGHT_SIGNING_KEY: await formatSecretKey(generateKey(), undefined) };
    await expect(imageSigner(root, { sign: true, trustCache: false }, env, false)).rejects.toMatchObject({
      code: 'IMAGE_NOT_SIGNED',
    });
    writeFileSync(join(root, 'app'), 'changed');
    await expect(push(key)).rejects.toMatchObject({ code: 'ATTESTATION_REFUSED' });
  });
});
