import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TarEntry, writeTar } from '@millwright/artifacts/archives';
import { firstLine, run, temporaryFolder } from '@millwright/toolkit';
import { ociError } from '../errors.js';
import { type Descriptor, platformText } from '../layout/descriptor.js';
import { isInlineAttestation } from '../layout/inline-attestations.js';
import {
  blobName,
  blobPath,
  dockerManifest,
  hasBlob,
  type ImageTree,
  layoutIndex,
} from '../layout/oci-layout.js';

export interface LoadRequest {
  readonly engine: 'docker' | 'podman';
  /** The folder of the OCI layout. */
  readonly layout: string;
  readonly image: ImageTree;
  readonly platform: string;
  /** The name of the image without a tag. */
  readonly name: string;
  readonly tags: readonly string[];
  /** Returns the path of a blob of the base, which the layout does not have. */
  readonly baseBlob: (descriptor: Descriptor) => Promise<string>;
}

/**
 * Loads the image of one platform into a container engine, as an OCI layout that is also an archive of `docker save`:
 * Docker with the classic store reads only the latter, Docker with containerd only the former.
 * @returns what the engine says
 * @throws MillwrightError IMAGE_LOAD_FAILED, PROCESS_MISSING, those of registries
 */
export async function loadImage(request: LoadRequest): Promise<string> {
  const { engine } = request;
  const folder = temporaryFolder('image');
  const archive = join(folder, 'image.tar');
  try {
    await writeTar(archive, await archiveEntries(request), 0);
    const { exitCode, stdout, stderr } = await run(engine, ['load', '--input', archive]);
    if (exitCode === 0) return stdout.trim();
    throw ociError('IMAGE_LOAD_FAILED', {
      what: `${engine} failed to load the image ${request.name}`,
      why: firstLine(stderr),
      output: stderr,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function archiveEntries({
  layout,
  image,
  platform,
  name,
  tags,
  baseBlob,
}: LoadRequest): Promise<TarEntry[]> {
  const found = image.manifests.find(
    ({ descriptor }) => descriptor.platform !== undefined && platformText(descriptor.platform) === platform,
  );
  const supported = image.manifests.flatMap(({ descriptor: { platform: one, annotations } }) =>
    one === undefined || isInlineAttestation({ annotations }) ? [] : [platformText(one)],
  );
  if (found === undefined)
    throw ociError('IMAGE_MISSING_FROM_LAYOUT', {
      what: `the image does not support ${platform}`,
      why: `the image supports ${supported.join(', ')}`,
      remedy: `choose one of these platforms with --platform, or add ${platform} to \`platforms\` of the image`,
    });
  const { descriptor, manifest } = found;
  const blobs = new Map([descriptor, manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob]));
  const text = (path: string, content: string): TarEntry => ({
    name: path,
    mode: 0o644,
    content: { kind: 'text', text: content },
  });
  const entries = [
    text('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    text('index.json', layoutIndex(tags.map((tag) => ({ name, tag, descriptor })))),
    text(
      'manifest.json',
      dockerManifest(
        manifest,
        tags.map((tag) => `${name}:${tag}`),
      ),
    ),
  ];
  for (const blob of blobs.values()) {
    const source = hasBlob(layout, blob) ? blobPath(layout, blob.digest) : await baseBlob(blob);
    entries.push({
      name: blobName(blob.digest),
      mode: 0o644,
      content: { kind: 'file', source, size: statSync(source).size },
    });
  }
  return entries;
}
