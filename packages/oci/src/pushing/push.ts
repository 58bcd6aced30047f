import { formatSize } from '@millwright/toolkit/core';
import { type Descriptor, type Document, platformText } from '../layout/descriptor.js';
import { isInlineAttestation } from '../layout/inline-attestations.js';
import { blobPath, hasBlob, type ImageTree, readDocument } from '../layout/oci-layout.js';
import type { Repository, Transfer } from '../registry/repository.js';

export interface PushRequest {
  /** The folder of the OCI layout. */
  readonly layout: string;
  readonly image: ImageTree;
  readonly repository: Repository;
  readonly tags: readonly string[];
  /** Returns the path of a blob of the base, which the layout does not have. */
  readonly baseBlob: (descriptor: Descriptor) => Promise<string>;
  /** A repository of the same registry that may have the blobs of the base. */
  readonly mountFrom: string | undefined;
  /** Reports each blob and tag. */
  readonly report: (line: string) => void;
}

/** How many blobs are sent at a time. */
const parallel = 4;

/**
 * Pushes an image: first what is missing of its blobs, then its manifests, then its index under each tag. Another
 * process never sees a tag of an incomplete image, and a push that was interrupted continues with the missing blobs.
 * @throws MillwrightError those of registries, IMAGE_INVALID
 */
export async function pushImage(request: PushRequest): Promise<void> {
  const { layout, image, repository, tags, report } = request;
  const { root, manifests } = image;
  const outdated = [];
  for (const tag of tags) {
    const found = await repository.resolve(tag);
    if (found?.digest === root.digest) report(`${tag}  ${root.digest}  up to date`);
    else outdated.push(tag);
  }
  if (outdated.length === 0) return;
  const read = (descriptor: Descriptor): Document => ({ descriptor, text: readDocument(layout, descriptor) });
  if ((await repository.resolve(root.digest)) === undefined) {
    await pushBlobs(request);
    for (const { descriptor } of manifests)
      if (descriptor.digest !== root.digest)
        await repository.putManifest(descriptor.digest, read(descriptor));
  }
  for (const tag of outdated) {
    await repository.putManifest(tag, read(root));
    report(`${tag}  ${root.digest}  pushed`);
  }
}

const words: Readonly<Record<Transfer, string>> = {
  present: 'already there',
  mounted: 'mounted from the repository of the base',
  uploaded: 'uploaded',
};

async function pushBlobs({
  layout,
  image,
  repository,
  baseBlob,
  mountFrom,
  report,
}: PushRequest): Promise<void> {
  const blobs = new Map<string, { readonly blob: Descriptor; readonly platform: string }>();
  for (const { descriptor, manifest } of image.manifests) {
    const platform = isInlineAttestation(descriptor)
      ? 'attestations'
      : descriptor.platform && platformText(descriptor.platform);
    for (const blob of [...manifest.layers, manifest.config])
      if (!blobs.has(blob.digest)) blobs.set(blob.digest, { blob, platform: platform ?? '' });
  }
  const waiting = [...blobs.values()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { blob, platform } = next;
      const isOwn = hasBlob(layout, blob);
      const path = () => (isOwn ? Promise.resolve(blobPath(layout, blob.digest)) : baseBlob(blob));
      const transfer = await repository.pushBlob(blob, path, isOwn ? undefined : mountFrom);
      report(`${blob.digest}  ${formatSize(blob.size).padStart(10)}  ${platform}  ${words[transfer]}`);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: parallel }, work));
  const failed = workers.find((worker) => worker.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
