import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryFolder } from '@millwright/toolkit/core';
import { repositoryName } from '../layout/reference.js';
import { type Descriptor, mediaTypes, platformText } from '../layout/descriptor.js';
import { isInlineAttestation } from '../layout/inline-attestations.js';
import { fileDigest, type ImageTree } from '../layout/oci-layout.js';
import type { Repository } from '../registry/repository.js';
import {
  bundleAnnotations,
  bundleType,
  type ImageSigner,
  imageStatements,
  isAttested,
  signatureStatement,
} from './attestations.js';
import { type Attachment, listReferrers, pushReferrers } from './referrers.js';

/** Files beside an artifact that describe it, by their endings. */
const endings: Readonly<Record<string, string>> = {
  '.cdx.json': 'application/vnd.cyclonedx+json',
  '.provenance.json': mediaTypes.statement,
};

/** Returns the files beside artifacts that describe them. */
async function attachmentsOf(artifacts: readonly string[]): Promise<Attachment[]> {
  const paths = artifacts.flatMap((artifact) => Object.keys(endings).map((ending) => artifact + ending));
  const present = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  return Promise.all(
    present.map((path) => attachmentOf(path, endings[/\.\w+\.json$/.exec(path)?.[0] ?? ''] ?? '')),
  );
}

async function attachmentOf(path: string, mediaType: string): Promise<Attachment> {
  return { name: basename(path), mediaType, path, size: statSync(path).size, digest: await fileDigest(path) };
}

export interface AttachRequest {
  readonly repository: Repository;
  readonly image: ImageTree;
  /** Returns the absolute paths of the binaries for a platform. */
  readonly artifactsOf: (platform: string) => readonly string[];
  /** Signs provenance and SBOM; undefined if they are attached as they are. */
  readonly signer: ImageSigner | undefined;
  /** False if the files beside the binaries are not attached, only what is signed. */
  readonly withFiles: boolean;
  readonly report: (line: string) => void;
  /** The environment, which tells a CI job from the machine of a developer. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Attaches files to the images of their platforms, because they describe a binary, unless the index has them. With a key, also signs them, and the
 * image of each platform and the index over them.
 * @throws MillwrightError those of registries, ATTESTATION_REFUSED
 */
export async function pushAttachments(request: AttachRequest): Promise<void> {
  const { repository, image, artifactsOf, signer, withFiles, report, env } = request;
  const folder = temporaryFolder('attachments');
  try {
    const emptyFile = join(folder, 'empty.json');
    writeFileSync(emptyFile, '{}');
    const isIndex = image.index !== undefined;
    const all = image.manifests.map(({ descriptor }) => descriptor);
    const images = all.filter((one) => !isInlineAttestation(one));
    const isAttestedInline = images.length < all.length;
    for (const subject of [...(isIndex ? [image.root] : []), ...images]) {
      const platform = subject.platform === undefined ? '' : platformText(subject.platform);
      const artifacts = subject === image.root && isIndex ? [] : artifactsOf(platform);
      const files = isAttestedInline || !withFiles ? [] : await attachmentsOf(artifacts);
      if (files.length === 0 && signer === undefined) continue;
      const listed = await listReferrers(repository, subject);
      const told = (name: string, isNew: boolean) => {
        report(`${name}  ${platform || 'all platforms'}  ${isNew ? 'attached' : 'already attached'}`);
      };
      const signed =
        signer === undefined
          ? []
          : await bundles({ repository, signer, artifacts, subject, listed, folder, env, report: told });
      const attachments = [...files, ...signed];
      await pushReferrers({ repository, subject, attachments, listed, emptyFile, report: told });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface BundlesRequest {
  readonly repository: Repository;
  readonly signer: ImageSigner;
  readonly artifacts: readonly string[];
  /** A manifest or index. */
  readonly subject: Descriptor;
  /** What the registry lists for it. */
  readonly listed: readonly Descriptor[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (name: string, isNew: boolean) => void;
}

/** Signs the statements about an image that the key has not signed yet. */
async function bundles(request: BundlesRequest): Promise<Attachment[]> {
  const { repository, signer, artifacts, subject, listed, folder, env, report } = request;
  const name = repositoryName(repository.session.repository);
  const statements = [signatureStatement(name, subject)];
  for (const artifact of artifacts) statements.push(...(await imageStatements(artifact, name, subject, env)));
  const signed: Attachment[] = [];
  for (const statement of statements) {
    if (await isAttested(repository, listed, statement, signer, folder)) {
      report(statement.name, false);
      continue;
    }
    const path = join(folder, `${signed.length}-${statement.name}`);
    writeFileSync(path, await signer.attest(statement.text));
    const annotations = {
      [bundleAnnotations.content]: 'dsse-envelope',
      [bundleAnnotations.predicateType]: statement.predicateType,
    };
    const attachment = await attachmentOf(path, bundleType);
    signed.push({ ...attachment, name: statement.name, annotations });
  }
  return signed;
}
