import { createHash } from 'node:crypto';
import { scanRegularFile } from '@millwright/toolkit/core';
import { type Descriptor, indexTypes } from '../layout/descriptor.js';
import { blobPath, hasBlob, type ImageTree } from '../layout/oci-layout.js';
import { parseIndex, parseManifest } from '../layout/manifests.js';
import type { Repository } from '../registry/repository.js';

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
    const hash = createHash('sha256');
    for await (const chunk of scanRegularFile(blobPath(layout, blob.digest))) hash.update(chunk);
    const found = `sha256:${hash.digest('hex')}`;
    report(blob.digest, found === blob.digest ? undefined : `its content has the digest ${found}`);
  }
}

/**
 * Checks an image in a registry: what the tag points to, and the content of each manifest and blob.
 * @param expected the image that was built; undefined if the tag may point to any
 * @throws MillwrightError those of registries, REGISTRY_CONTENT_WRONG
 */
export async function verifyTag(
  repository: Repository,
  tag: string,
  expected: Descriptor | undefined,
  report: Report,
): Promise<void> {
  const found = await repository.manifest(tag);
  if (found === undefined) {
    report(tag, 'the registry has no such tag');
    return;
  }
  const { digest } = found.descriptor;
  report(
    `${tag} points to ${digest}`,
    expected === undefined || expected.digest === digest ? undefined : `the image here is ${expected.digest}`,
  );
  const checked = new Set<string>();
  const manifestTexts = [];
  if (indexTypes.includes(found.descriptor.mediaType)) {
    for (const { digest: child } of parseIndex(found.text, tag).manifests) {
      const document = await repository.manifest(child);
      report(child, document === undefined ? 'the registry does not have it' : undefined);
      if (document !== undefined) manifestTexts.push(document.text);
    }
  } else manifestTexts.push(found.text);
  for (const text of manifestTexts) {
    const { config, layers } = parseManifest(text, tag);
    for (const blob of [config, ...layers]) {
      if (checked.has(blob.digest)) continue;
      checked.add(blob.digest);
      if (await repository.hasBlob(blob)) {
        await repository.checkBlob(blob);
        report(blob.digest, undefined);
      } else report(blob.digest, 'the registry does not have it');
    }
  }
}
