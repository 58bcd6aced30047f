import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  readRegularFile,
  scanRegularFile,
  temporaryBeside,
  writeFileAtomically,
} from '@millwright/toolkit/core';
import { ociError } from '../errors.js';
import { type Descriptor, digestOf, type Document, hexOf, indexTypes } from './descriptor.js';
import { type Index, type Manifest, parseIndex, parseManifest } from './manifests.js';
import { formatReference, parseReference } from './reference.js';

/** The limit for a manifest, index or configuration, in bytes; registries have the same (distribution: 4 MiB). */
export const documentLimit = 4 << 20;

/** Annotations that name an image in `index.json`: of the OCI specification, and of containerd. */
const nameAnnotations = {
  tag: 'org.opencontainers.image.ref.name',
  containerd: 'io.containerd.image.name',
} as const;

/** Returns the path of a blob in an OCI layout, relative to it. */
export function blobName(digest: string): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** Returns the path of a blob in an OCI layout. */
export function blobPath(layout: string, digest: string): string {
  return join(layout, blobName(digest));
}

/** Returns true if a layout, or a folder of the same form, has a blob of that size. */
export function hasBlob(layout: string, { digest, size }: Pick<Descriptor, 'digest' | 'size'>): boolean {
  const found = statSync(blobPath(layout, digest), { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === size;
}

/** Returns the digest of a file, which is read a part at a time. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of scanRegularFile(path)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Writes a blob whose digest is known once it is complete.
 * @param write writes it to the given path
 */
export async function addBlob<Written extends { readonly digest: string }>(
  layout: string,
  write: (temporary: string) => Promise<Written>,
): Promise<Written> {
  const folder = join(layout, 'blobs/sha256');
  mkdirSync(folder, { recursive: true });
  const temporary = temporaryBeside(join(folder, 'blob'));
  try {
    const written = await write(temporary);
    renameSync(temporary, blobPath(layout, written.digest));
    return written;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes a document as a blob. */
export function addDocument(layout: string, { descriptor, text }: Document): void {
  if (!hasBlob(layout, descriptor)) writeFileAtomically(blobPath(layout, descriptor.digest), text);
}

/** The image that a layout holds: its index or manifest, and the names of the image. */
export interface LayoutImage {
  /** The repository with its registry: `registry.example.com/team/app`. */
  readonly name: string;
  readonly tag: string;
  readonly descriptor: Descriptor;
}

/**
 * Makes an image the only one of a layout, and removes the blobs of earlier images.
 * @param kept the digests of the blobs that belong to the image
 * @param dockerManifest the text of `manifest.json`, which `docker load` of Docker 20.10 to 24 requires
 */
export function finishLayout(
  layout: string,
  { name, tag, descriptor }: LayoutImage,
  kept: ReadonlySet<string>,
  dockerManifest: string | undefined,
): void {
  writeFileAtomically(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileAtomically(join(layout, 'index.json'), layoutIndex([{ name, tag, descriptor }]));
  if (dockerManifest === undefined) rmSync(join(layout, 'manifest.json'), { force: true });
  else writeFileAtomically(join(layout, 'manifest.json'), dockerManifest);
  const hexes = new Set([...kept].map(hexOf));
  for (const file of readdirSync(join(layout, 'blobs/sha256')))
    if (!hexes.has(file)) rmSync(join(layout, 'blobs/sha256', file), { recursive: true, force: true });
}

/** Returns the text of `index.json` of a layout. */
export function layoutIndex(images: readonly LayoutImage[]): string {
  const manifests = images.map(({ name, tag, descriptor }) => {
    // Docker with containerd finds an image only by its full name, with the registry.
    const full = formatReference({ ...parseReference(name), tag });
    const annotations = { [nameAnnotations.containerd]: full, [nameAnnotations.tag]: tag };
    return { ...descriptor, annotations };
  });
  return JSON.stringify({ schemaVersion: 2, manifests });
}

/** One entry of `manifest.json` as `docker save` writes it (moby, image/spec/v1.2.md). */
export function dockerManifest(image: Manifest, names: readonly string[]): string {
  const layers = image.layers.map(({ digest }) => blobName(digest));
  return JSON.stringify([{ Config: blobName(image.config.digest), RepoTags: names, Layers: layers }]);
}

/**
 * Returns the descriptor of an image in a layout.
 * @param tag chooses between several images
 * @throws MillwrightError IMAGE_MISSING_FROM_LAYOUT, IMAGE_INVALID
 */
export function imageInLayout(layout: string, tag?: string): Descriptor {
  const path = join(layout, 'index.json');
  const { bytes, failure } = readRegularFile(path, { limit: documentLimit });
  const missing = (why: string) =>
    ociError('IMAGE_MISSING_FROM_LAYOUT', { what: `cannot select an image in ${layout}`, why });
  if (bytes === undefined) throw missing(`index.json: ${failure.why}`);
  const { manifests } = parseIndex(bytes.toString(), path);
  const tags = manifests.map(({ annotations }) => annotations?.[nameAnnotations.tag]);
  const found = tag === undefined ? manifests : manifests.filter((_, at) => tags[at] === tag);
  const [only, another] = found;
  if (only === undefined)
    throw missing(
      tag === undefined
        ? 'the folder contains no image'
        : `no image has the tag ${tag}; available tags: ${tags.join(', ')}`,
    );
  if (another !== undefined)
    throw missing(`the folder contains several images; choose one of these tags: ${tags.join(', ')}`);
  return only;
}

/**
 * Reads a document of a layout, and checks its digest.
 * @throws MillwrightError IMAGE_INVALID
 */
export function readDocument(layout: string, { digest }: Descriptor): string {
  const path = blobPath(layout, digest);
  const { bytes, failure } = readRegularFile(path, { limit: documentLimit });
  const why =
    failure?.why ??
    (bytes !== undefined && digestOf(bytes) !== digest ? 'the content of the blob was changed' : undefined);
  if (bytes === undefined || why !== undefined)
    throw ociError('IMAGE_INVALID', { what: `cannot use the blob ${path}`, why: why ?? '' });
  return bytes.toString();
}

/** The manifests of an image: its index, if it has several platforms, and the manifest of each. */
export interface ImageTree {
  readonly root: Descriptor;
  readonly index: Index | undefined;
  readonly manifests: readonly { readonly descriptor: Descriptor; readonly manifest: Manifest }[];
}

/**
 * Reads all manifests of an image.
 * @throws MillwrightError IMAGE_INVALID
 */
export function imageTree(layout: string, root: Descriptor): ImageTree {
  const readManifest = (descriptor: Descriptor) => ({
    descriptor,
    manifest: parseManifest(readDocument(layout, descriptor), blobPath(layout, descriptor.digest)),
  });
  if (!indexTypes.includes(root.mediaType))
    return { root, index: undefined, manifests: [readManifest(root)] };
  const index = parseIndex(readDocument(layout, root), blobPath(layout, root.digest));
  return { root, index, manifests: index.manifests.map(readManifest) };
}
