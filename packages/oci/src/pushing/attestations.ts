import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { attestedRecords, provenanceStatement, sbomStatement } from '@millwright/artifacts/attesting';
import { attestationEndings, checkFreshness, readSigningKey, signerFor } from '@millwright/artifacts/signing';
import { readText } from '@millwright/toolkit/core';
import { z } from 'zod';
import { ociError } from '../errors.js';
import { type Descriptor, hexOf } from '../layout/descriptor.js';
import { parseManifest } from '../layout/manifests.js';
import type { Repository } from '../registry/repository.js';

/** The media type of Sigstore bundles. */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The annotations by which cosign 3 finds an attestation. */
export const bundleAnnotations = {
  content: 'dev.sigstore.bundle.content',
  predicateType: 'dev.sigstore.bundle.predicateType',
} as const;

/** The options of executors that sign. */
export const signingOptions = {
  sign: z
    .boolean()
    .describe('Sign the provenance and the SBOM of each binary, about the image of its platform.')
    .default(false),
  key: z
    .string()
    .min(1)
    .describe('The cosign secret key for `sign` (default: the content of MILLWRIGHT_SIGNING_KEY).')
    .meta({ example: '../keys/cosign.key' })
    .optional(),
  trustCache: z
    .boolean()
    .describe('Sign in CI although results may come from a cache, because only trusted jobs can write to it.')
    .default(false),
};

type SigningOptions = z.output<z.ZodObject<typeof signingOptions>>;

/** Signs statements with one key. */
export interface ImageSigner {
  readonly keyId: string;
  /** Returns the Sigstore bundle of an in-toto statement. */
  readonly attest: (statement: string) => Promise<string>;
}

/**
 * Returns what signs the statements about an image.
 * @param leavesOutBuilds whether the run leaves out the tasks that build the image
 * @returns undefined if nothing is to be signed
 * @throws MillwrightError IMAGE_NOT_SIGNED; SIGNING_CACHE_UNTRUSTED and those of keys
 */
export async function imageSigner(
  workspaceRoot: string,
  { sign, key, trustCache }: SigningOptions,
  env: NodeJS.ProcessEnv,
  leavesOutBuilds: boolean,
): Promise<ImageSigner | undefined> {
  if (!sign) return undefined;
  checkFreshness(env, { trustCache, leavesOutBuilds });
  const secret = await readSigningKey(workspaceRoot, key, env);
  const { attest } = signerFor(secret, undefined);
  if (attest !== undefined) return { keyId: secret.publicKey.id, attest };
  throw ociError('IMAGE_NOT_SIGNED', {
    what: 'the attestations of the image cannot be signed',
    why: 'a minisign key signs files only',
  });
}

/** A statement about the image of a platform. */
export interface ImageStatement {
  /** The name of its bundle as a file. */
  readonly name: string;
  readonly predicateType: string;
  /** The in-toto statement in JSON. */
  readonly text: string;
}

/**
 * Returns what can be said about an image with a binary: how the binary was built, and its SBOM if there is one.
 * @param repository its name with the registry
 * @param image the manifest for the platform of the binary
 * @throws MillwrightError ATTESTATION_REFUSED if the records are missing or describe another file
 */
export async function imageStatements(
  artifact: string,
  repository: string,
  image: Pick<Descriptor, 'digest'>,
  env: NodeJS.ProcessEnv,
): Promise<ImageStatement[]> {
  const { provenance, sbom } = await attestedRecords(artifact, env);
  const subjects = [{ name: repository, sha256: hexOf(image.digest) }];
  const statements = {
    provenance: provenanceStatement(provenance, subjects),
    sbom: sbom === undefined ? undefined : sbomStatement(sbom, subjects),
  };
  return (['provenance', 'sbom'] as const).flatMap((kind) => {
    const text = statements[kind];
    if (text === undefined) return [];
    const { predicateType } = JSON.parse(text) as { readonly predicateType: string };
    return [{ name: basename(artifact) + attestationEndings[kind], predicateType, text }];
  });
}

/** Returns the statement by which cosign 3 signs an image, or the index of one. */
export function signatureStatement(
  repository: string,
  { digest }: Pick<Descriptor, 'digest'>,
): ImageStatement {
  const predicateType = 'https://sigstore.dev/cosign/sign/v1';
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: repository, digest: { sha256: hexOf(digest) } }],
    predicateType,
    predicate: {},
  };
  return { name: 'image.sigstore.json', predicateType, text: JSON.stringify(statement) };
}

const envelope = z.object({
  dsseEnvelope: z.object({ payload: z.string() }),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string() }).optional() }),
});

/**
 * Returns true if a key has signed a statement before, and the registry lists the bundle. Signatures differ each time,
 * so that digests do not tell.
 * @param listed the referrers of the image
 * @param folder for the bundle
 */
export async function isAttested(
  repository: Repository,
  listed: readonly Descriptor[],
  { predicateType, text }: ImageStatement,
  { keyId }: ImageSigner,
  folder: string,
): Promise<boolean> {
  for (const { digest } of listed) {
    const found = await repository.manifest(digest);
    if (found === undefined) continue;
    const { annotations, layers } = parseManifest(found.text, digest);
    const [layer] = layers;
    if (annotations?.[bundleAnnotations.predicateType] !== predicateType || layer === undefined) continue;
    const path = join(folder, hexOf(layer.digest));
    await repository.pullBlob(layer, path);
    const { data } = envelope.safeParse(parseJson(readText(path) ?? ''));
    rmSync(path);
    const isSame = data?.dsseEnvelope.payload === Buffer.from(text).toString('base64');
    if (isSame && data.verificationMaterial.publicKey?.hint === keyId) return true;
  }
  return false;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
