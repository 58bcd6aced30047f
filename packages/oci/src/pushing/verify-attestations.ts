import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { attestationState } from '@millwright/artifacts/attesting';
import { describeAttestation, type TrustedKeys } from '@millwright/artifacts/signing';
import { temporaryFolder } from '@millwright/toolkit/core';
import { type Descriptor, hexOf } from '../layout/descriptor.js';
import type { Repository } from '../registry/repository.js';
import { bundleAnnotations, bundleType } from './attestations.js';
import type { FoundReferrer, Report } from './verify.js';

/**
 * Verifies the signed statements that are attached to images: a trusted key signed them, and they are about these images.
 * @param images the manifests that must have at least one such statement
 * @param print tells each valid statement
 * @throws MillwrightError those of registries
 */
export async function verifyAttestations(
  repository: Repository,
  images: readonly Descriptor[],
  attached: readonly FoundReferrer[],
  keys: TrustedKeys,
  report: Report,
  print: (line: string) => void,
): Promise<void> {
  const folder = temporaryFolder('attestations');
  const signed = new Set<string>();
  try {
    for (const { subject, manifest } of attached) {
      const [layer] = manifest.layers;
      if (layer?.mediaType !== bundleType) continue;
      const path = join(folder, hexOf(layer.digest));
      await repository.pullBlob(layer, path);
      const predicateType = manifest.annotations?.[bundleAnnotations.predicateType];
      const state = await attestationState(path, keys, hexOf(subject.digest), predicateType);
      rmSync(path);
      // Others may have attached statements, too.
      if (state.kind === 'untrusted') continue;
      if (state.kind === 'signed') {
        signed.add(subject.digest);
        print(describeAttestation({ ...state, path: subject.digest }));
      }
      report(layer.digest, state.kind === 'signed' ? undefined : state.detail);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const { digest } of images)
    if (!signed.has(digest)) report(digest, 'no trusted key has signed a statement about it');
}
