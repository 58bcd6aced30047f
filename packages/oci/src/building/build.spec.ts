import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staticElf } from '../elf.spec.helper.js';
import { hexOf } from '../layout/descriptor.js';
import { imageInLayout, imageTree } from '../layout/oci-layout.js';
import { projectImage } from '../options.js';
import { binariesOf } from './binaries.js';
import { buildImage } from './build.js';

let root: string;
const layout = () => join(root, 'artifacts/images/app');
const write = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'image-'));
  write('artifacts/linux/amd64/app', staticElf(62));
  write('artifacts/linux/arm64/app', staticElf(183));
  write('config.yaml', 'a: 1\n');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function build(changes: object = {}) {
  const settings = projectImage.parse({
    name: 'registry.example.com/team/app',
    files: [{ source: 'config.yaml', path: '/etc/app/config.yaml' }],
    user: 'app',
    ...changes,
  });
  const project = { name: 'app', targets: {} };
  const platforms = new Map(
    settings.platforms.map((one) => [one, binariesOf(settings, one, project, 'release')]),
  );
  const baseFor = () => Promise.resolve(undefined);
  return buildImage({ workspaceRoot: root, layout: layout(), settings, platforms, baseFor, time: 0 });
}

const blobs = () => readdirSync(join(layout(), 'blobs/sha256')).sort();
const layersOf = (at: number) =>
  imageTree(layout(), imageInLayout(layout())).manifests[at]?.manifest.layers.map(({ digest }) => digest) ??
  [];

it('refuses two binaries with the same name, of which the second would hide the first', async () => {
  write('artifacts/linux/amd64/other/app', staticElf(62));
  const binaries = ['artifacts/{platform}/app', 'artifacts/{platform}/other/app'];
  await expect(build({ platforms: ['linux/amd64'], binaries })).rejects.toMatchObject({
    code: 'IMAGE_FILE_REFUSED',
    why: 'artifacts/linux/amd64/app is already at /usr/local/bin/app',
  });
});

it('writes an index over an image for each platform, which share the layer of files', async () => {
  const { digest, platforms } = await build();
  const { root: found, manifests } = imageTree(layout(), imageInLayout(layout(), 'latest'));
  expect(found.digest).toBe(digest);
  expect(manifests.map(({ descriptor }) => [descriptor.digest, descriptor.platform])).toEqual([
    [platforms[0]?.digest, { os: 'linux', architecture: 'amd64' }],
    [platforms[1]?.digest, { os: 'linux', architecture: 'arm64' }],
  ]);
  const [amd64, arm64] = [layersOf(0), layersOf(1)];
  expect(amd64[0]).toBe(arm64[0]);
  expect(amd64[1]).not.toBe(arm64[1]);
  // Index, two manifests, two configurations, three layers.
  expect(blobs()).toHaveLength(8);
  expect(JSON.parse(readFileSync(join(layout(), 'manifest.json'), 'utf8'))).toMatchObject([
    {
      RepoTags: ['registry.example.com/team/app:latest'],
      Layers: amd64.map((one) => `blobs/sha256/${hexOf(one)}`),
    },
  ]);
});

it('writes no index for a single platform, because AWS Lambda refuses one', async () => {
  const { digest, platforms } = await build({ platforms: ['linux/arm64'] });
  expect(digest).toBe(platforms[0]?.digest);
  const { root: found, index } = imageTree(layout(), imageInLayout(layout()));
  expect(index).toBeUndefined();
  expect(found).toMatchObject({ digest, platform: { os: 'linux', architecture: 'arm64' } });
  expect(blobs()).toHaveLength(4);
});

it('the index has the labels of the OCI specification, because GitHub does not read those of its images', async () => {
  const source = { 'org.opencontainers.image.source': 'https://github.com/team/app' };
  await build({ labels: { ...source, team: 'mill' } });
  expect(imageTree(layout(), imageInLayout(layout())).index).toMatchObject({ annotations: source });
});

it.each([
  ['registry.example.com/team/app', 'registry.example.com/team/app:latest'],
  ['team/app', 'docker.io/team/app:latest'],
  ['app', 'docker.io/library/app:latest'],
])('the image %s has the name %s in containerd', async (name, full) => {
  await build({ name });
  const { annotations } = imageInLayout(layout());
  expect(annotations?.['io.containerd.image.name']).toBe(full);
});

it('gives the same image in another folder', async () => {
  const { digest } = await build();
  rmSync(layout(), { recursive: true });
  expect((await build()).digest).toBe(digest);
});

it('compresses again only the layers that change, and removes those of earlier images', async () => {
  await build();
  const before = new Map(blobs().map((name) => [name, statSync(join(layout(), 'blobs/sha256', name)).ino]));
  const [amd64, arm64] = [layersOf(0), layersOf(1)];
  write('artifacts/linux/arm64/app', staticElf(183, 'changed'));
  await build();
  expect(layersOf(0)).toEqual(amd64);
  expect(layersOf(1)[1]).not.toBe(arm64[1]);
  expect(blobs()).not.toContain(hexOf(arm64[1] ?? ''));
  const kept = amd64.map((digest) => statSync(join(layout(), 'blobs/sha256', hexOf(digest))).ino);
  expect(kept).toEqual(amd64.map((digest) => before.get(hexOf(digest))));
});

it('does not use layers that another zlib compressed', async () => {
  const { digest } = await build();
  const path = join(layout(), 'blobs/sha256', hexOf(layersOf(0)[1] ?? ''));
  const inode = statSync(path).ino;
  writeFileSync(join(layout(), '.zlib-version'), '0');
  expect((await build()).digest).toBe(digest);
  expect(statSync(path).ino).not.toBe(inode);
});

describe('with `attestations: "inline"`', () => {
  const sha256 = createHash('sha256').update(staticElf(62)).digest('hex');
  const provenance = (digest: string) =>
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: digest } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'urn:millwright:build:cargo:v1',
          externalParameters: { folder: '.', options: {} },
          internalParameters: {},
        },
        runDetails: { builder: { id: 'urn:millwright:builder:local' } },
      },
    });
  const sbom = JSON.stringify({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'app', hashes: [{ alg: 'SHA-256', content: sha256 }] } },
  });

  it('the index has the statements about each image behind the images, as BuildKit writes them', async () => {
    write('artifacts/linux/amd64/app.provenance.json', provenance(sha256));
    write('artifacts/linux/amd64/app.cdx.json', sbom);
    const { platforms } = await build({ attestations: 'inline' });
    const { manifests } = imageTree(layout(), imageInLayout(layout()));
    expect(manifests).toHaveLength(3);
    const { descriptor, manifest } = manifests[2] ?? {};
    expect(descriptor).toMatchObject({
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': platforms[0]?.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
    });
    const blob = (digest = '') =>
      JSON.parse(readFileSync(join(layout(), 'blobs/sha256', hexOf(digest)), 'utf8')) as object;
    expect(manifest?.layers.map(({ mediaType, annotations }) => [mediaType, annotations])).toEqual([
      ['application/vnd.in-toto+json', { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' }],
      ['application/vnd.in-toto+json', { 'in-toto.io/predicate-type': 'https://cyclonedx.org/bom' }],
    ]);
    expect(blob(manifest?.config.digest)).toMatchObject({
      architecture: 'unknown',
      rootfs: { diff_ids: manifest?.layers.map(({ digest }) => digest) },
    });
    expect(blob(manifest?.layers[0]?.digest)).toMatchObject({
      _type: 'https://in-toto.io/Statement/v0.1',
      subject: [
        { name: 'registry.example.com/team/app', digest: { sha256: hexOf(platforms[0]?.digest ?? '') } },
        { name: 'app', digest: { sha256 } },
      ],
    });
  });

  it.each([
    ['of another binary', provenance('0'.repeat(64)), 'it does not describe app, which has the SHA-256'],
    ['that is damaged', '{', 'the file is damaged'],
  ])('a provenance %s is refused', async (_, text, why) => {
    write('artifacts/linux/amd64/app.provenance.json', text);
    await expect(build({ attestations: 'inline' })).rejects.toMatchObject({
      code: 'IMAGE_FILE_REFUSED',
      why: expect.stringContaining(why) as string,
    });
  });
});

it.each<[string, () => void, object, object]>([
  [
    'a binary that is not built',
    () => {
      rmSync(join(root, 'artifacts/linux/arm64/app'));
    },
    {},
    { code: 'IMAGE_ARTIFACT_MISSING', why: 'the file does not exist' },
  ],
  [
    'a binary of the other platform',
    () => {
      write('artifacts/linux/arm64/app', staticElf(62));
    },
    {},
    { code: 'IMAGE_CANNOT_RUN', why: 'the binary was built for x86_64' },
  ],
  [
    'a text',
    () => {
      write('artifacts/linux/arm64/app', '#!/bin/sh\n');
    },
    {},
    { code: 'IMAGE_CANNOT_RUN' },
  ],
  [
    'a missing file',
    () => undefined,
    { files: [{ source: 'none', path: '/x' }] },
    { code: 'IMAGE_ARTIFACT_MISSING' },
  ],
])('refuses %s before it writes anything', async (_, prepare, changes, error) => {
  prepare();
  await expect(build(changes)).rejects.toMatchObject(error);
  expect(readdirSync(join(root, 'artifacts'))).toEqual(['linux']);
});
