import {
  type CertificateIdentity,
  isKeyLine,
  parseRevokedKeys,
  parseRotation,
  parseTrustedKey,
  type Rotation,
  type TrustedKey,
} from '@millwright/artifacts/signing';
import type { TrustMaterial } from '@millwright/artifacts/trusted-root';
import { commandError } from '../errors.js';
import { readInput } from './files.js';

/** The options that select the trusted keys. */
export interface TrustOptions {
  /** Public keys, or the paths of their files. */
  readonly key?: readonly string[];
  /** The paths of rotation statements. */
  readonly rotation?: readonly string[];
  /** The path of a list of revoked keys. */
  readonly revoked?: string;
  /** The identity in certificates, with `*` for any characters. */
  readonly certificateIdentity?: string;
  /** The URL of the OIDC provider that vouches for the identity. */
  readonly certificateOidcIssuer?: string;
  /** The path of a Sigstore instance's trusted root. */
  readonly trustedRoot?: string;
}

/** The trusted keys, rotations and revoked keys. */
export interface Trust {
  readonly trusted: readonly TrustedKey[];
  readonly rotations: readonly Rotation[];
  readonly revoked: readonly TrustedKey[];
  readonly identity: CertificateIdentity | undefined;
  readonly root: TrustMaterial | undefined;
}

/**
 * Reads keys, rotation statements, the list of revoked keys and the trusted root.
 * @throws MillwrightError COMMAND_FILE_UNREADABLE, COMMAND_USAGE, SIGNING_KEY_INVALID, ROTATION_INVALID,
 * TRUSTED_ROOT_INVALID
 */
export async function readTrust(options: TrustOptions): Promise<Trust> {
  const { key = [], rotation = [], revoked, trustedRoot } = options;
  return {
    trusted: key.map(readPublicKey),
    rotations: rotation.map((path) => parseRotation(readInput(path), path)),
    revoked: revoked === undefined ? [] : parseRevokedKeys(readInput(revoked), revoked),
    identity: identityOf(options),
    root: trustedRoot === undefined ? undefined : await readRoot(trustedRoot),
  };
}

async function readRoot(path: string): Promise<Trust['root']> {
  const text = readInput(path);
  // Loads libraries that keys do not need.
  const { parseTrustedRoot } = await import('@millwright/artifacts/trusted-root');
  return parseTrustedRoot(text, path);
}

/** The issuer is required: any provider could vouch for the same name. */
function identityOf(options: TrustOptions): CertificateIdentity | undefined {
  const { certificateIdentity: identity, certificateOidcIssuer: issuer } = options;
  if (identity === undefined && issuer === undefined) return undefined;
  if (identity !== undefined && issuer !== undefined) return { identity, issuer };
  throw commandError('COMMAND_USAGE', {
    what: 'invalid command line',
    why: 'the options --certificate-identity and --certificate-oidc-issuer must be passed together',
  });
}

/** A public key, given as text or as the path of its file. */
export function readPublicKey(pathOrKey: string): TrustedKey {
  return parseTrustedKey(isKeyLine(pathOrKey) ? pathOrKey : readInput(pathOrKey), pathOrKey);
}
