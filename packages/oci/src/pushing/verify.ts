import { type Descriptor, indexTypes } from '../layout/descriptor.js';
import { isInlineAttestation } from '../layout/inline-attestations.js';
import { blobPath, fileDigest, hasBlob, type ImageTree } from '../layout/oci-layout.js';
import { type Manifest, parseIndex, parseManifest } from '../layout/manifests.js';
import type { Repository } from '../registry/repository.js';
import { listReferrers } from './referrers.js';

/** Reports the result of a check: undefined if it passed, otherwise why it did not. */
export type Report = (what: string, problem: string | undefined) => void;

/** Checks the digest of every blob that a layout has of an image. Blobs of the base are not in it. */
export async function verifyLayout(layout: string, { manifests }: ImageTree, report: Report): Promise<void> {
  const blobs = new Map(
    manifests.flatMap(({ manifest }) =>
      [manifest.config, ...manifest.layers].map((one) => [one.digest, one]),
    ),
  );
  for (const blob of blobs.values()) {
    if (!hasBlob(layout, blob)) continue;
    const found = await fileDigest(blobPath(layout, blob.digest));
    report(blob.digest, found === blob.digest ? undefined : `its content has the digest ${found}`);
  }
}

/** What is attached to an image, as the registry has it. */
export interface FoundReferrer {
  /** The manifest that it is attached to. */
  readonly subject: Descriptor;
  readonly manifest: Manifest;
}

/**
 * Checks an image in a registry: what the tag points to, the content of each manifest and blob, and of what is attached.
 * @param expected the image that was built; undefined if the tag may point to any
 * @returns what is attached to the image
 * @throws MillwrightError those of registries, REGISTRY_CONTENT_WRONG
 */
export async function verifyTag(
  repository: Repository,
  tag: string,
  expected: Descriptor | undefined,
  report: Report,
): Promise<readonly FoundReferrer[]> {
  const found = await repository.manifest(tag);
  if (found === undefined) {
    report(tag, 'the registry has no such tag');
    return [];
  }
  const { digest } = found.descriptor;
  report(
    `${tag} points to ${digest}`,
    expected === undefined || expected.digest === digest ? undefined : `the image here is ${expected.digest}`,
  );
  const isIndex = indexTypes.includes(found.descriptor.mediaType);
  const children = isIndex ? parseIndex(found.text, tag).manifests : [];
  const blobs = new Map<string, Descriptor>();
  const collect = ({ config, layers }: Pick<Manifest, 'config' | 'layers'>) => {
    for (const blob of [config, ...layers]) blobs.set(blob.digest, blob);
  };
  if (!isIndex) collect(parseManifest(found.text, tag));
  const read = async (descriptor: Descriptor) => {
    const document = await repository.manifest(descriptor.digest);
    report(descriptor.digest, document === undefined ? 'the registry does not have it' : undefined);
    return document && parseManifest(document.text, descriptor.digest);
  };
  for (const child of children) {
    const manifest = await read(child);
    if (manifest !== undefined) collect(manifest);
  }
  const attached: FoundReferrer[] = [];
  const subjects = children.filter((child) => !isInlineAttestation(child));
  for (const subject of [found.descriptor, ...subjects])
    for (const descriptor of await listReferrers(repository, subject)) {
      const manifest = await read(descriptor);
      if (manifest === undefined) continue;
      if (manifest.subject?.digest !== subject.digest)
        report(descriptor.digest, `it is listed for ${subject.digest}, and is about another image`);
      collect(manifest);
      attached.push({ subject, manifest });
    }
  for (const blob of blobs.values()) {
    const isThere = await repository.hasBlob(blob);
    if (isThere) await repository.checkBlob(blob);
    report(blob.digest, isThere ? undefined : 'the registry does not have it');
  }
  return attached;
}
