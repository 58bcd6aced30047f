import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import {
  contentsOf,
  type ImageContents,
  readImageEntries,
  stackEntries,
} from '@millwright/artifacts/image-check';
import {
  readHead,
  readState,
  type StateFormat,
  streamRegularFile,
  workspaceDataFolder,
  writeState,
} from '@millwright/toolkit';
import { z } from 'zod';
import { ociError } from '../errors.js';
import { type Descriptor, hexOf, indexTypes, isForPlatform, platformText } from '../layout/descriptor.js';
import { type ImageConfig, parseConfig } from '../layout/image-config.js';
import { parseIndex, parseManifest } from '../layout/manifests.js';
import type { UserFiles } from '../layers/users.js';
import type { BaseSource } from './source.js';

/** A base image for one platform. */
export interface BaseImage extends BaseFacts {
  /** As the user writes it. */
  readonly name: string;
  readonly config: ImageConfig;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  /** As Docker names it. */
  readonly architecture: string;
}

/** What the layers of a base hold, as far as an image depends on it. Plain data that is kept between runs. */
interface BaseFacts {
  readonly contents: ImageContents;
  readonly users: UserFiles;
  /** Folders that have an entry in a layer. */
  readonly folders: readonly string[];
  /** Links that may lead to folders: path and target, the path without the leading slash. */
  readonly links: readonly (readonly [path: string, target: string])[];
}

const texts = z.array(z.string()).readonly();

/** Increase the version whenever `BaseFacts` changes. */
const factsFormat: Omit<StateFormat<z.ZodType<BaseFacts>>, 'name'> = {
  version: 3,
  schema: z.strictObject({
    contents: z.strictObject({
      loaders: texts,
      libraries: z.array(z.strictObject({ folder: z.string(), names: texts })).readonly(),
      glibc: z.string().optional(),
      musl: z.boolean(),
    }),
    users: z.strictObject({ passwd: z.string(), group: z.string() }),
    folders: texts,
    links: z.array(z.tuple([z.string(), z.string()])).readonly(),
  }) as z.ZodType<BaseFacts>,
};

/**
 * Returns the image for a platform of a pinned base.
 * @param pinned the base in the lock: an index or a manifest
 * @throws MillwrightError IMAGE_BASE_MISSING if it has no image for the platform; IMAGE_INVALID; those of registries
 */
export async function baseImage(
  name: string,
  pinned: Descriptor,
  platform: string,
  source: BaseSource,
  workspaceRoot: string,
): Promise<BaseImage> {
  const manifestDescriptor = await manifestFor(name, pinned, platform, source);
  const manifest = parseManifest(await source.document(manifestDescriptor), `the manifest of ${name}`);
  const config = parseConfig(await source.document(manifest.config), `the configuration of ${name}`);
  if (!isForPlatform(config, platform))
    throw ociError('IMAGE_BASE_MISSING', {
      what: `${name} has no image for ${platform}`,
      why: `the base image only supports ${platformText(config)}`,
    });
  const layers = manifest.layers.map(withOciType);
  const path = join(
    workspaceDataFolder(workspaceRoot),
    'images',
    `base-${hexOf(manifestDescriptor.digest)}.json`,
  );
  const known = readState(path, factsFormat);
  const facts = known ?? (await readFacts(name, layers, source));
  if (known === undefined) writeState(path, factsFormat, facts);
  return { name, config, layers, architecture: config.architecture, ...facts };
}

async function manifestFor(
  name: string,
  pinned: Descriptor,
  platform: string,
  source: BaseSource,
): Promise<Descriptor> {
  if (!indexTypes.includes(pinned.mediaType)) return pinned;
  const { manifests } = parseIndex(await source.document(pinned), `the index of ${name}`);
  const found =
    manifests.find((one) => one.platform !== undefined && platformText(one.platform) === platform) ??
    manifests.find((one) => one.platform !== undefined && isForPlatform(one.platform, platform));
  if (found !== undefined) return found;
  const others = manifests.flatMap((one) => (one.platform === undefined ? [] : [platformText(one.platform)]));
  const listed = [...new Set(others)].filter((one) => !one.startsWith('unknown'));
  throw ociError('IMAGE_BASE_MISSING', {
    what: `${name} has no image for ${platform}`,
    why: `the base image supports ${listed.join(', ')}`,
    remedy: 'use another base, or correct the option `platforms` of the image that you build',
  });
}

/** Layers of Docker have the same bytes under another media type. */
function withOciType(layer: Descriptor): Descriptor {
  const prefix = 'application/vnd.docker.image.rootfs.diff.tar.';
  if (!layer.mediaType.startsWith(prefix)) return layer;
  const ending = layer.mediaType.slice(prefix.length).replace('gzip', 'tar+gzip').replace('zstd', 'tar+zstd');
  return { ...layer, mediaType: `application/vnd.oci.image.layer.v1.${ending}` };
}

async function readFacts(
  name: string,
  layers: readonly Descriptor[],
  source: BaseSource,
): Promise<BaseFacts> {
  const read = [];
  for (const layer of layers) {
    const path = await source.blob(layer);
    read.push(
      await readImageEntries(uncompressed(path)).catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw ociError('IMAGE_INVALID', {
          what: `a layer of ${name} cannot be read`,
          why: `${layer.digest}: ${why}`,
          cause,
        });
      }),
    );
  }
  const empty = await readImageEntries(Readable.from([Buffer.alloc(1024)]));
  const entries = stackEntries([empty, ...read]);
  const text = (file: string) => entries.texts.get(file) ?? '';
  return {
    contents: contentsOf(entries),
    users: { passwd: text('etc/passwd'), group: text('etc/group') },
    folders: entries.folders,
    links: [...entries.links].filter(([link]) => !link.includes('.so')),
  };
}

const chunkSize = 1 << 18;

/** Reads a layer, whatever its media type says, by its first bytes (RFC 1952, RFC 8878). */
function uncompressed(path: string): AsyncIterable<Uint8Array> {
  const head = readHead(path, 4)?.toString('hex') ?? '';
  const content = Readable.from(streamRegularFile(path, chunkSize), { objectMode: false });
  const through = head.startsWith('1f8b')
    ? createGunzip({ chunkSize })
    : head === '28b52ffd'
      ? createZstdDecompress({ chunkSize })
      : undefined;
  if (through === undefined) return content;
  content.once('error', (error) => through.destroy(error));
  return content.pipe(through);
}
