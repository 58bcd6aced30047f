import { z } from 'zod';
import { parseProvenance, provenanceType, statementType, type Subject } from './statement.js';

/** The predicate type of CycloneDX documents (in-toto attestation framework, "CycloneDX"). */
const sbomPredicateType = 'https://cyclonedx.org/bom';

/**
 * Returns the statement of a `.provenance.json` file with other subjects, to be signed: those that a user downloads, such
 * as an archive or an image, in front of the artifact itself. Undefined if the text is no statement of Millwright.
 */
export function provenanceStatement(text: string, subjects: readonly Subject[]): string | undefined {
  const provenance = parseProvenance(text);
  if (provenance === undefined) return undefined;
  const { predicate } = JSON.parse(text) as { readonly predicate: object };
  return statementOf([...subjects, provenance.subject], provenanceType, predicate);
}

/**
 * Returns the statement that a CycloneDX document is about the subjects, to be signed. Undefined if the text is no
 * CycloneDX document of an artifact.
 */
export function sbomStatement(text: string, subjects: readonly Subject[]): string | undefined {
  const sbom = parseSbomSubject(text);
  return sbom && statementOf([...subjects, sbom], sbomPredicateType, JSON.parse(text) as object);
}

function statementOf(subjects: readonly Subject[], predicateType: string, predicate: object): string {
  const digests = new Map(subjects.map(({ sha256, name }) => [sha256, { name, digest: { sha256 } }]));
  return JSON.stringify({ _type: statementType, subject: [...digests.values()], predicateType, predicate });
}

const hash = z.object({ alg: z.string(), content: z.string() });
const document = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({
    component: z.object({
      name: z.string(),
      hashes: z.array(hash),
      properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    }),
  }),
});

/** The artifact that an SBOM describes. */
export interface SbomSubject extends Subject {
  /** The platform or target triple; undefined if the document does not say. */
  readonly target: string | undefined;
}

/** Returns the artifact that a CycloneDX document of Millwright describes; undefined if the text is none. */
export function parseSbomSubject(text: string): SbomSubject | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = document.safeParse(json);
  if (data === undefined) return undefined;
  const { name, hashes, properties } = data.metadata.component;
  const sha256 = hashes.find(({ alg }) => alg === 'SHA-256')?.content;
  if (sha256 === undefined) return undefined;
  return { name, sha256, target: properties.find((one) => one.name === 'millwright:target')?.value };
}
