import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';
import { artifactError } from '../errors.js';

/**
 * Parses the file with the certificates and public keys of a Sigstore instance: `trusted_root.json`, as its TUF
 * repository has it and cosign takes it.
 * @param source the origin of the text, for messages
 * @throws MillwrightError TRUSTED_ROOT_INVALID
 */
export function parseTrustedRoot(text: string, source: string): TrustMaterial {
  const invalid = (why: string) =>
    artifactError('TRUSTED_ROOT_INVALID', { what: `${source} is not a trusted root of Sigstore`, why });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalid('it is not JSON, or is cut off');
  }
  const { mediaType } = (json ?? {}) as { readonly mediaType?: unknown };
  if (
    typeof mediaType !== 'string' ||
    !/^application\/vnd\.dev\.sigstore\.trustedroot(\.v0\.[12])?\+json/.test(mediaType)
  )
    throw invalid(`its media type is ${mediaType === undefined ? 'missing' : JSON.stringify(mediaType)}`);
  let root: TrustMaterial;
  try {
    root = toTrustMaterial(TrustedRoot.fromJSON(json));
  } catch (error) {
    throw invalid(`a field is missing or has the wrong type (${(error as Error).message})`);
  }
  if (root.certificateAuthorities.length === 0) throw invalid('it has no certificate authority');
  return root;
}
