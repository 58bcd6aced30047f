import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Media types of the OCI image specification 1.1 and, for images of other builders, of Docker. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
  statement: 'application/vnd.in-toto+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** The media types of manifests that list images of several platforms. */
export const indexTypes: readonly string[] = [mediaTypes.index, mediaTypes.dockerIndex];

/** The media types of manifests of a single image. */
export const manifestTypes: readonly string[] = [mediaTypes.manifest, mediaTypes.dockerManifest];

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits');

export const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

/** A platform as an index and an image configuration have it. */
export type ImagePlatform = z.output<typeof platformSchema>;

/** What names a blob (image-spec, descriptor.md). Unknown fields of other builders are kept. */
export const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.int().nonnegative(),
  platform: z.looseObject(platformSchema.shape).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  artifactType: z.string().optional(),
});

export type Descriptor = z.output<typeof descriptorSchema>;

/** Returns the digest of content, as descriptors have it. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Returns the hexadecimal digits of a digest. */
export function hexOf(digestText: string): string {
  return digestText.slice('sha256:'.length);
}

/** Content with its descriptor. */
export interface Document {
  readonly descriptor: Descriptor;
  readonly text: string;
}

/** Serializes a manifest, index or configuration, and describes it. */
export function documentOf(
  mediaType: string,
  content: object,
  more: Partial<Pick<Descriptor, 'platform' | 'annotations' | 'artifactType'>> = {},
): Document {
  const text = JSON.stringify(content);
  return {
    text,
    descriptor: { mediaType, digest: digestOf(text), size: Buffer.byteLength(text), ...more },
  };
}

/** Returns the platform of a descriptor as a user types it: `linux/arm64`, `linux/arm/v7`. */
export function platformText({ os, architecture, variant }: ImagePlatform): string {
  // Docker and the registries write arm64 with and without its only variant.
  const shown = architecture === 'arm64' && variant === 'v8' ? undefined : variant;
  return [os, architecture, ...(shown === undefined ? [] : [shown])].join('/');
}

/** Returns true if an image is for a platform. Images for arm may not name their variant. */
export function isForPlatform(image: ImagePlatform, platform: string): boolean {
  const wanted = parsePlatform(platform);
  const variant = image.variant ?? wanted.variant;
  return platformText({ ...image, ...(variant === undefined ? {} : { variant }) }) === platform;
}

/** Returns the parts of a platform: the inverse of {@link platformText}. */
export function parsePlatform(platform: string): ImagePlatform {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
