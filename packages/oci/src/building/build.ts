import { join } from 'node:path';
import { tarSha256, type TarEntry, writeTarGz } from '@millwright/artifacts/archives';
import { readText, writeFileAtomically } from '@millwright/toolkit/core';
import { type Descriptor, type Document, mediaTypes, parsePlatform } from '../layout/descriptor.js';
import { imageConfig, parseConfig } from '../layout/image-config.js';
import { inlineAttestation } from '../layout/inline-attestations.js';
import { imageIndex, imageManifest, parseManifest } from '../layout/manifests.js';
import {
  addBlob,
  addDocument,
  blobPath,
  dockerManifest,
  finishLayout,
  hasBlob,
  imageInLayout,
  imageTree,
  readDocument,
} from '../layout/oci-layout.js';
import type { ImageSettings } from '../options.js';
import type { BaseImage } from '../base/base-image.js';
import type { ImageBinary } from './binaries.js';
import { checkBinaries, emptyImage } from './check.js';
import { inlineStatements } from './inline-statements.js';
import { additionsOf, binaryFolder } from './layers.js';

export interface BuildRequest {
  readonly workspaceRoot: string;
  /** The absolute path of the OCI layout. */
  readonly layout: string;
  readonly settings: ImageSettings;
  /** The binaries for each platform, in the order of the platforms in the index. */
  readonly platforms: ReadonlyMap<string, readonly ImageBinary[]>;
  /** Returns the base for a platform; undefined if the image has none. */
  readonly baseFor: (platform: string) => Promise<BaseImage | undefined>;
  /** The time of files and of the image, in seconds since 1970. */
  readonly time: number;
}

export interface BuiltImage {
  /** The digest of the index over all platforms, or of the only manifest. */
  readonly digest: string;
  readonly platforms: readonly BuiltPlatform[];
}

export interface BuiltPlatform {
  readonly platform: string;
  /** The digest of the manifest. */
  readonly digest: string;
  /** The compressed size of the layers on top of the base, in bytes. */
  readonly size: number;
  /** The compressed size of the layers of the base, in bytes. */
  readonly baseSize: number;
}

/**
 * Writes an image as an OCI layout: an image for each platform, under one index if there are several. The layers of bases are not part of the
 * layout. The bytes depend only on the request and the version of zlib.
 * @throws MillwrightError IMAGE_ARTIFACT_MISSING, IMAGE_FILE_REFUSED, IMAGE_CANNOT_RUN, PATH_OUTSIDE_WORKSPACE
 */
export async function buildImage(request: BuildRequest): Promise<BuiltImage> {
  const { workspaceRoot, layout, settings, platforms, time } = request;
  const absolute = (path: string) => join(workspaceRoot, path);
  const prepared = [];
  // All is checked before anything is written.
  for (const [platform, binaries] of platforms) {
    const base = await request.baseFor(platform);
    const runtime =
      base === undefined
        ? emptyImage(parsePlatform(platform).architecture)
        : { ...base.contents, name: base.name, architecture: base.architecture };
    await checkBinaries(binaries, runtime, settings, absolute);
    prepared.push({
      platform,
      base,
      additions: additionsOf(settings, binaries, base, workspaceRoot),
      binaries,
    });
  }
  const writer = new LayerWriter(layout, time);
  const images = await Promise.all(
    prepared.map(async ({ platform, base, additions, binaries }) => {
      const layers = await Promise.all(
        additions.layers.map(async ({ comment, entries }) => ({ comment, ...(await writer.write(entries)) })),
      );
      const [first] = binaries;
      const entrypoint = settings.entrypoint ?? [`${binaryFolder}/${first?.path.split('/').at(-1) ?? ''}`];
      const run = { ...settings, entrypoint, user: additions.user };
      const config = imageConfig(base?.config, parsePlatform(platform), run, layers, time);
      const all = [...(base?.layers ?? []), ...layers.map(({ descriptor }) => descriptor)];
      const manifest = imageManifest(config.descriptor, all);
      addDocument(layout, config);
      addDocument(layout, manifest);
      const paths = binaries.map(({ path }) => absolute(path));
      const statements =
        settings.attestations === 'inline'
          ? await inlineStatements(paths, settings.name, manifest.descriptor)
          : [];
      const attestation = statements.length === 0 ? [] : inlineAttestation(manifest.descriptor, statements);
      for (const document of attestation) addDocument(layout, document);
      return { platform, base, layers, config, manifest, all, attestation };
    }),
  );
  const root = rootOf(images, settings.labels);
  addDocument(layout, root);
  const kept = images.flatMap(({ config, manifest, all, attestation }) => [
    ...[config, manifest, ...attestation].map(({ descriptor }) => descriptor),
    ...all,
  ]);
  const [tag = 'latest'] = settings.tags.filter((template) => !template.includes('{'));
  const name = `${settings.name}:${tag}`;
  const [first] = images;
  writeFileAtomically(join(layout, zlibFile), process.versions.zlib);
  const isComplete = images.every(({ base }) => base === undefined);
  finishLayout(
    layout,
    { name: settings.name, tag, descriptor: root.descriptor },
    new Set([root.descriptor, ...kept].map(({ digest }) => digest)),
    isComplete && first !== undefined
      ? dockerManifest(parseManifest(first.manifest.text, 'manifest'), [name])
      : undefined,
  );
  return {
    digest: root.descriptor.digest,
    platforms: images.map(({ platform, base, layers, manifest }) => ({
      platform,
      digest: manifest.descriptor.digest,
      size: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
      baseSize: (base?.layers ?? []).reduce((sum, { size }) => sum + size, 0),
    })),
  };
}

interface PlatformImage {
  readonly platform: string;
  readonly manifest: Document;
  readonly attestation: readonly Document[];
}

/**
 * Returns the document that tags name. An image for a single platform has no index, which AWS Lambda refuses. An index
 * has the labels of the OCI specification as annotations, where GitHub reads them.
 */
function rootOf(images: readonly PlatformImage[], labels: ImageSettings['labels']): Document {
  const manifests = images.map(({ platform, manifest }) => ({
    ...manifest,
    descriptor: { ...manifest.descriptor, platform: parsePlatform(platform) },
  }));
  const attestations = images.flatMap(({ attestation }) => attestation.slice(0, 1));
  const [only, another] = manifests;
  if (only !== undefined && another === undefined && attestations.length === 0) return only;
  const annotations = Object.entries(labels).filter(([name]) => name.startsWith('org.opencontainers.image.'));
  return imageIndex(
    // The attestations after the images, as BuildKit has them.
    [...manifests, ...attestations].map(({ descriptor }) => descriptor),
    Object.fromEntries(annotations.sort(([left], [right]) => (left < right ? -1 : 1))),
  );
}

interface WrittenLayer {
  readonly diffId: string;
  readonly descriptor: Descriptor;
}

/** Writes layers, each content once, and keeps those of the image that the layout has already. */
class LayerWriter {
  readonly #known: ReadonlyMap<string, Descriptor>;
  readonly #running = new Map<string, Promise<WrittenLayer>>();

  constructor(
    private readonly layout: string,
    private readonly time: number,
  ) {
    this.#known = layersIn(layout);
  }

  write(entries: readonly TarEntry[]): Promise<WrittenLayer> {
    const key = JSON.stringify(entries);
    const running = this.#running.get(key) ?? this.#write(entries);
    this.#running.set(key, running);
    return running;
  }

  async #write(entries: readonly TarEntry[]): Promise<WrittenLayer> {
    if (this.#known.size > 0) {
      // Hashing takes a tenth of the time of compressing.
      const diffId = `sha256:${await tarSha256(entries, this.time)}`;
      const descriptor = this.#known.get(diffId);
      if (descriptor !== undefined) return { diffId, descriptor };
    }
    const { digest, size, diffId } = await addBlob(this.layout, async (temporary) => {
      const written = await writeTarGz(temporary, entries, this.time);
      return {
        digest: `sha256:${written.sha256}`,
        size: written.size,
        diffId: `sha256:${written.uncompressedSha256}`,
      };
    });
    return { diffId, descriptor: { mediaType: mediaTypes.layer, digest, size } };
  }
}

/** Tells the version of zlib that compressed the layers: another gives other bytes. */
const zlibFile = '.zlib-version';

/** Returns the layers that a layout has, by the digests of their content. Empty if it has no valid image. */
function layersIn(layout: string): ReadonlyMap<string, Descriptor> {
  const known = new Map<string, Descriptor>();
  if (readText(join(layout, zlibFile)) !== process.versions.zlib) return known;
  try {
    for (const { manifest } of imageTree(layout, imageInLayout(layout)).manifests) {
      const config = parseConfig(
        readDocument(layout, manifest.config),
        blobPath(layout, manifest.config.digest),
      );
      for (const [at, layer] of manifest.layers.entries()) {
        const diffId = config.rootfs.diff_ids[at];
        if (diffId !== undefined && hasBlob(layout, layer)) known.set(diffId, layer);
      }
    }
  } catch {
    // The image is written anew.
  }
  return known;
}
