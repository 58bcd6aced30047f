import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildImage } from '../building/build.js';
import { staticElf } from '../elf.spec.helper.js';
import { digestOf } from '../layout/descriptor.js';
import { imageIndex, imageManifest } from '../layout/manifests.js';
import { addDocument, blobPath, hasBlob, imageInLayout, imageTree } from '../layout/oci-layout.js';
import { projectImage } from '../options.js';
import { lockName, readLock, writeLock } from './lock.js';
import { pinnedBase } from './pinned.js';
import { baseSource } from './source.js';

let root: string;
const options = { plainHttp: false };

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'base-'));
  mkdirSync(join(root, 'amd64'));
  writeFileSync(join(root, 'amd64/app'), staticElf(62));
  await build('base', { user: { name: 'daemon', uid: 7 }, env: { LANG: 'C' } });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Builds an image in a folder of its own. */
async function build(layout: string, changes: object) {
  const settings = projectImage.parse({ name: 'app', platforms: ['linux/amd64'], ...changes });
  const platforms = new Map([
    ['linux/amd64', [{ path: 'amd64/app', platform: 'linux/amd64', builtBy: undefined }]],
  ]);
  const base = pinnedBase(settings.base, root, options, 'app:oci-base-update');
  const baseFor = (platform: string) => Promise.resolve(base?.imageFor(platform));
  return buildImage({
    workspaceRoot: root,
    layout: join(root, layout),
    settings,
    platforms,
    baseFor,
    time: 0,
  });
}

it('extends a pinned base, whose layers it names but does not hold', async () => {
  const base = 'oci:base:latest';
  await expect(build('image', { base })).rejects.toMatchObject({
    code: 'IMAGE_BASE_NOT_LOCKED',
    remedy: 'nx run app:oci-base-update',
  });
  writeLock(root, new Map([[base, await baseSource(base, root, options).resolve()]]));
  await build('image', { base, user: 'app' });
  const [lower, upper] = ['base', 'image'].map((name) => {
    const layout = join(root, name);
    return imageTree(layout, imageInLayout(layout)).manifests[0]?.manifest;
  });
  expect(upper?.layers.slice(0, 2)).toEqual(lower?.layers);
  expect(upper?.layers.map((layer) => hasBlob(join(root, 'image'), layer))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  const { blob } = baseSource(base, root, options);
  expect(
    readFileSync(await blob(lower?.layers[0] ?? { mediaType: '', digest: '', size: 0 })).length,
  ).toBeGreaterThan(0);
  // A user of the base keeps its number.
  await build('other', { base, user: 'daemon' });
  const other = imageTree(join(root, 'other'), imageInLayout(join(root, 'other'))).manifests[0]?.manifest;
  const config = readFileSync(join(root, 'other/blobs/sha256', other?.config.digest.slice(7) ?? ''), 'utf8');
  expect(JSON.parse(config)).toMatchObject({ config: { User: '7:7', Env: ['LANG=C'] } });
});

it('reads a base whose layers are compressed with zstd', async () => {
  const layout = join(root, 'base');
  const { config, layers } = imageTree(layout, imageInLayout(layout)).manifests[0]?.manifest ?? {};
  if (config === undefined || layers === undefined) throw new Error('the base has no image');
  const compressed = layers.map(({ digest }) => {
    const bytes = zstdCompressSync(gunzipSync(readFileSync(blobPath(layout, digest))));
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd', digest: digestOf(bytes) };
    writeFileSync(blobPath(layout, layer.digest), bytes);
    return { ...layer, size: bytes.length };
  });
  const manifest = imageManifest(config, compressed);
  addDocument(layout, manifest);
  writeLock(root, new Map([['oci:base', manifest.descriptor]]));
  await build('image', { base: 'oci:base', user: 'daemon' });
  const built = join(root, 'image');
  const own = imageTree(built, imageInLayout(built)).manifests[0]?.manifest;
  expect(own?.layers.slice(0, 2)).toEqual(compressed);
  // The user is in a layer of the base.
  const text = readFileSync(blobPath(built, own?.config.digest ?? ''), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ config: { User: '7:7' } });
});

it.each([
  ['a base without the platform', 'the base image supports linux/amd64', true],
  ['a base for another platform', 'the base image only supports linux/amd64', false],
])('refuses %s', async (_, why, hasIndex) => {
  const base = 'oci:base';
  const found = await baseSource(base, root, options).resolve();
  const index = imageIndex([found]);
  addDocument(join(root, 'base'), index);
  writeLock(root, new Map([[base, hasIndex ? index.descriptor : found]]));
  const arm64 = pinnedBase(base, root, options, 'app:oci-base-update')?.imageFor('linux/arm64');
  await expect(arm64).rejects.toMatchObject({ code: 'IMAGE_BASE_MISSING', why });
});

it.each(['<<<<<<< HEAD', '{"version":2,"images":{}}', '{"version":1,"images":{"a":{"digest":"sha256:1"}}}'])(
  'refuses a damaged lock: %s',
  (text) => {
    writeFileSync(join(root, lockName), text);
    expect(() => readLock(root)).toThrow(expect.objectContaining({ code: 'IMAGE_LOCK_INVALID' }) as Error);
  },
);
