import { type Descriptor, type Document, documentOf, mediaTypes } from './descriptor.js';

/** Annotations of an attestation in an index (moby/buildkit, docs/attestations/attestation-storage.md). */
const annotationNames = { type: 'vnd.docker.reference.type', image: 'vnd.docker.reference.digest' } as const;

/** BuildKit's attestations have a platform that no engine selects. */
const noPlatform = { os: 'unknown', architecture: 'unknown' };

/** An in-toto statement (in-toto attestation framework, version 0.1 or 1). */
export type Statement = Readonly<Record<string, unknown>> & { readonly predicateType: string };

/** Returns true if an entry of an index is not an image, but has the statements about one. */
export function isInlineAttestation({ annotations }: Pick<Descriptor, 'annotations'>): boolean {
  return annotations?.[annotationNames.type] === 'attestation-manifest';
}

/**
 * Returns the documents of the entry that has the statements about an image. The manifest is the first of them.
 * @param image the manifest of a platform
 */
export function inlineAttestation(
  image: Pick<Descriptor, 'digest'>,
  statements: readonly Statement[],
): readonly [Document, ...Document[]] {
  const layers = statements.map((statement) =>
    documentOf(mediaTypes.statement, statement, {
      annotations: { 'in-toto.io/predicate-type': statement.predicateType },
    }),
  );
  const diffIds = layers.map(({ descriptor }) => descriptor.digest);
  const config = documentOf(mediaTypes.config, {
    ...noPlatform,
    config: {},
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const content = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  };
  const manifest = documentOf(mediaTypes.manifest, content, {
    annotations: { [annotationNames.image]: image.digest, [annotationNames.type]: 'attestation-manifest' },
    platform: noPlatform,
  });
  return [manifest, config, ...layers];
}
