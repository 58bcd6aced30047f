import { createHash } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { scanRegularFile, temporaryFolder } from '@millwright/toolkit/core';
import { platformText } from '../layout/descriptor.js';
import type { ImageTree } from '../layout/oci-layout.js';
import type { Repository } from '../registry/repository.js';
import { type Attachment, pushReferrers } from './referrers.js';

/** Files beside an artifact that describe it, by their endings. */
const endings: Readonly<Record<string, string>> = {
  '.cdx.json': 'application/vnd.cyclonedx+json',
  '.provenance.json': 'application/vnd.in-toto+json',
  '.sigstore.json': 'application/vnd.dev.sigstore.bundle.v0.3+json',
};

/** Returns the files beside artifacts that describe them. */
export async function attachmentsOf(artifacts: readonly string[]): Promise<Attachment[]> {
  const found: Attachment[] = [];
  for (const artifact of artifacts) {
    for (const [ending, mediaType] of Object.entries(endings)) {
      const path = `${artifact}${ending}`;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() !== true) continue;
      const hash = createHash('sha256');
      for await (const chunk of scanRegularFile(path)) hash.update(chunk);
      const digest = `sha256:${hash.digest('hex')}`;
      found.push({ name: basename(path), mediaType, path, size: stat.size, digest });
    }
  }
  return found;
}

/**
 * Attaches files to the images of their platforms, not to the index, because they describe a binary.
 * @param artifactsOf returns the absolute paths of the binaries for a platform
 * @throws MillwrightError those of registries
 */
export async function pushAttachments(
  repository: Repository,
  { manifests }: ImageTree,
  artifactsOf: (platform: string) => readonly string[],
  report: (line: string) => void,
): Promise<void> {
  const folder = temporaryFolder('attachments');
  try {
    const emptyFile = join(folder, 'empty.json');
    writeFileSync(emptyFile, '{}');
    for (const { descriptor } of manifests) {
      const platform = descriptor.platform === undefined ? '' : platformText(descriptor.platform);
      const attachments = await attachmentsOf(artifactsOf(platform));
      await pushReferrers(repository, descriptor, attachments, emptyFile, (name, result) => {
        report(`${name}  ${platform}  ${result === 'pushed' ? 'attached' : 'already attached'}`);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
