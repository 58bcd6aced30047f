import {
  type Descriptor,
  digestOf,
  type Document,
  documentOf,
  hexOf,
  mediaTypes,
} from '../layout/descriptor.js';
import { parseIndex } from '../layout/manifests.js';
import type { Repository } from '../registry/repository.js';

/** A file that describes an image or a binary in it: an SBOM, a provenance statement, a signature. */
export interface Attachment {
  /** Its file name. */
  readonly name: string;
  readonly mediaType: string;
  /** The path of the file. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly digest: string;
  /** Annotations by which others find it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const emptyConfig: Descriptor = { mediaType: mediaTypes.empty, digest: digestOf('{}'), size: 2 };

/**
 * Returns the manifest that attaches a file to an image (image-spec, manifest.md, "Guidelines for Artifact Usage"). It
 * has no time, so that its digest stays the same.
 */
function referrerManifest(
  subject: Descriptor,
  { name, mediaType, size, digest, annotations: own }: Attachment,
): Document {
  const title = { 'org.opencontainers.image.title': name };
  const annotations = { ...title, ...own };
  const content = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaType,
    config: emptyConfig,
    layers: [{ mediaType, digest, size, annotations: title }],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations,
  };
  return documentOf(mediaTypes.manifest, content, { artifactType: mediaType, annotations });
}

/** Returns the tag that lists the referrers of a manifest in registries without the API (distribution-spec 1.1). */
function fallbackTag(subject: Descriptor): string {
  return `sha256-${hexOf(subject.digest)}`;
}

/**
 * Lists what refers to a manifest: as the registry lists it, otherwise as the fallback tag does.
 * @throws MillwrightError those of registries, IMAGE_INVALID
 */
export async function listReferrers(repository: Repository, subject: Descriptor): Promise<Descriptor[]> {
  const text = (await repository.referrers(subject)) ?? (await taggedList(repository, subject));
  return text === undefined ? [] : parseIndex(text, `the list of referrers of ${subject.digest}`).manifests;
}

/** Returns the list under the fallback tag. GitLab's registry takes this tag for the digest of the image itself. */
async function taggedList(repository: Repository, subject: Descriptor): Promise<string | undefined> {
  const found = await repository.manifest(fallbackTag(subject));
  return found?.descriptor.digest === subject.digest ? undefined : found?.text;
}

/** Adds referrers to the index of the fallback tag. Returns undefined if all are there. */
function withReferrers(index: string | undefined, referrers: readonly Descriptor[]): Document | undefined {
  const manifests = index === undefined ? [] : parseIndex(index, 'the list of referrers').manifests;
  const added = referrers.filter((one) => manifests.every(({ digest }) => digest !== one.digest));
  if (added.length === 0) return undefined;
  const content = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...manifests, ...added] };
  return documentOf(mediaTypes.index, content);
}

export interface ReferrersRequest {
  readonly repository: Repository;
  readonly subject: Descriptor;
  readonly attachments: readonly Attachment[];
  /** What the registry lists for the subject. */
  readonly listed: readonly Descriptor[];
  /** The path of a file with the empty configuration. */
  readonly emptyFile: string;
  /** Called for each attachment: whether it was not listed yet. */
  readonly report: (name: string, isNew: boolean) => void;
}

/**
 * Attaches files to an image in a repository. Those that the registry lists already are skipped.
 * @throws MillwrightError those of registries, IMAGE_INVALID
 */
export async function pushReferrers(request: ReferrersRequest): Promise<void> {
  const { repository, subject, attachments, listed, emptyFile, report } = request;
  const unlisted: Descriptor[] = [];
  for (const attachment of attachments) {
    const manifest = referrerManifest(subject, attachment);
    const isNew = listed.every(({ digest }) => digest !== manifest.descriptor.digest);
    if (isNew && !(await pushReferrer(repository, attachment, manifest, emptyFile)))
      unlisted.push(manifest.descriptor);
    report(attachment.name, isNew);
  }
  if (unlisted.length === 0) return;
  // Once for all: where tags are immutable, a registry refuses the second list.
  const changed = withReferrers(await taggedList(repository, subject), unlisted);
  if (changed !== undefined) await repository.putManifest(fallbackTag(subject), changed);
}

/** Pushes a referrer, and returns true if the registry lists it by itself. */
async function pushReferrer(
  repository: Repository,
  { mediaType, size, digest, path }: Attachment,
  manifest: Document,
  emptyFile: string,
): Promise<boolean> {
  await repository.pushBlob(emptyConfig, () => Promise.resolve(emptyFile), undefined);
  await repository.pushBlob({ mediaType, size, digest }, () => Promise.resolve(path), undefined);
  const headers = await repository.putManifest(manifest.descriptor.digest, manifest);
  // Without the header, the client lists the referrer under a tag (distribution-spec, "Referrers Tag Schema").
  return headers['oci-subject'] !== undefined;
}
