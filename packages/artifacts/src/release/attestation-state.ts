import { MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { z } from 'zod';
import { attestationEndings } from '../signing/signatures.js';
import { isEcdsaKey } from '../signing/trusted-keys.js';
import type { SignatureFault, SignedBy, ValidAttestation } from './findings.js';
import type { TrustedKeys } from './signature-state.js';

/** An SBOM of 10,000 components takes 10 MB, and a third more in a bundle. */
const attestationLimit = 1 << 26;

const predicateTypes: Readonly<Record<keyof typeof attestationEndings, RegExp>> = {
  provenance: /^https:\/\/slsa\.dev\/provenance\//,
  sbom: /^https:\/\/cyclonedx\.org\/bom/,
};

const statement = z.object({
  _type: z.literal(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z
    .array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) }))
    .min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

const provenance = z.object({
  buildDefinition: z.object({
    resolvedDependencies: z
      .array(z.object({ digest: z.object({ gitCommit: z.string().optional() }).optional() }))
      .optional(),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/**
 * Verifies an attestation: a trusted signer signed the statement, and a subject of the statement has the digest of the
 * file that it stands beside.
 * @param path of the bundle
 * @param sha256 of the file that it is about; undefined if that does not exist
 * @param predicateType what the statement must say; by default, what the name of the bundle says
 */
export async function attestationState(
  path: string,
  keys: TrustedKeys,
  sha256: string | undefined,
  predicateType?: string,
): Promise<ValidAttestation | SignatureFault> {
  const { bytes, failure } = readRegularFile(path, { limit: attestationLimit, links: 'refuse' });
  if (bytes === undefined) return { kind: 'invalid', detail: failure.why };
  const { isAttestedWith, parseAttestation } = await import('../signing/attestations.js');
  try {
    const attestation = parseAttestation(bytes.toString('utf8'), path);
    const { keyHint, payload } = attestation;
    const { trusted, revoked, certificates } = keys;
    let signer: SignedBy | undefined;
    if (keyHint === undefined && certificates !== undefined) {
      const { matchAttestation } = await import('../keyless/verify.js');
      const match = matchAttestation(attestation.bundle, certificates);
      if (match.kind !== 'valid')
        return match.kind === 'stale' ? { kind: 'invalid', detail: 'its signature is invalid' } : match;
      signer = match.identity;
    } else {
      if (revoked.some(({ id }) => id === keyHint))
        return { kind: 'revoked', detail: `it is signed by the revoked key ${keyHint ?? ''}` };
      const candidates = trusted.filter(isEcdsaKey).filter((key) => !revoked.some(({ id }) => id === key.id));
      signer = candidates.find((key) => isAttestedWith(attestation, key));
      if (signer === undefined && candidates.some(({ id }) => id === keyHint))
        return { kind: 'invalid', detail: 'it was not signed with the key that it names, or was changed' };
    }
    if (signer === undefined)
      return {
        kind: 'untrusted',
        detail: `it is signed by ${keyHint === undefined ? 'a certificate' : `the key ${keyHint || 'unknown'}`}`,
      };
    return describe(payload, path, signer, sha256, predicateType);
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return { kind: 'invalid', detail: error.why };
  }
}

function describe(
  payload: Buffer,
  path: string,
  signer: SignedBy,
  sha256: string | undefined,
  expected: string | undefined,
): ValidAttestation | SignatureFault {
  const { data } = statement.safeParse(parseJson(payload));
  if (data === undefined) return { kind: 'invalid', detail: 'its payload is not an in-toto statement' };
  const { subject, predicateType } = data;
  const kind = path.endsWith(attestationEndings.sbom) ? 'sbom' : 'provenance';
  const isExpected =
    expected === undefined ? predicateTypes[kind].test(predicateType) : predicateType === expected;
  if (!isExpected) return { kind: 'invalid', detail: `its predicate type is ${predicateType}` };
  if (sha256 === undefined) return { kind: 'invalid', detail: 'the file that it is about does not exist' };
  if (!subject.some(({ digest }) => digest.sha256 === sha256)) {
    const [first] = subject;
    return {
      kind: 'invalid',
      detail: `it is about another file: ${first?.name ?? 'unnamed'} with the SHA-256 ${first?.digest.sha256 ?? 'unknown'}`,
    };
  }
  const built = kind === 'provenance' ? provenance.safeParse(data.predicate).data : undefined;
  return {
    kind: 'signed',
    signer,
    predicateType,
    builder: built?.runDetails.builder.id,
    commit: built?.buildDefinition.resolvedDependencies?.find((one) => one.digest?.gitCommit !== undefined)
      ?.digest?.gitCommit,
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
