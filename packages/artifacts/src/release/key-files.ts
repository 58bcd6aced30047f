import { resolve } from 'node:path';
import { readRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { type EcdsaSecretKey, isPem, parseEcdsaSecretKey } from '../signing/ecdsa-keys.js';
import { parseSecretKey, type SecretKey } from '../signing/keys.js';
import { parseRevokedKeys } from '../signing/revocations.js';
import { parseRotation, applyRotations } from '../signing/rotation.js';
import { isKeyLine, parseTrustedKey } from '../signing/trusted-keys.js';
import type { TrustedKeys } from './signature-state.js';

/** The limit for keys and lists of keys, in bytes. */
const limit = 1 << 20;

/** The variables with the text of the secret key, and with its passphrase. */
const variables = { key: 'MILLWRIGHT_SIGNING_KEY', passphrase: 'MILLWRIGHT_PASSPHRASE' } as const;

/**
 * Reads the secret key from a file or the environment.
 * @param path relative to the folder; undefined if the key is in the environment
 * @throws MillwrightError SIGNING_KEY_MISSING, SIGNING_KEY_INVALID, SIGNING_PASSPHRASE_WRONG
 */
export async function readSigningKey(
  folder: string,
  path: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<SecretKey | EcdsaSecretKey> {
  const text = path === undefined ? env[variables.key] : readKeyFile(folder, path);
  if (text === undefined || text === '')
    throw artifactError('SIGNING_KEY_MISSING', {
      what: 'no signing key is set',
      why: `the option \`key\` is not set, and neither is the variable ${variables.key}`,
    });
  const source = path ?? variables.key;
  // Secrets of CI often end with the line feed of the file that they come from.
  const passphrase = env[variables.passphrase]?.replace(/\r?\n$/, '');
  return isPem(text)
    ? parseEcdsaSecretKey(text, () => Promise.resolve(passphrase), source)
    : parseSecretKey(text, passphrase, source);
}

/** What the options of a verification name, as text or as paths relative to a folder. */
export interface TrustFiles {
  readonly keys: readonly string[];
  readonly rotations: readonly string[];
  readonly revoked?: string | undefined;
  /** For keyless signatures, all three or none. */
  readonly certificateIdentity?: string | undefined;
  readonly certificateOidcIssuer?: string | undefined;
  readonly trustedRoot?: string | undefined;
}

/**
 * Reads public keys, rotation statements, the list of revoked keys and the trusted root.
 * @throws MillwrightError SIGNING_KEY_MISSING, SIGNING_KEY_INVALID, ROTATION_INVALID, TRUSTED_ROOT_INVALID
 */
export async function readTrustFiles(folder: string, files: TrustFiles): Promise<TrustedKeys> {
  const { keys, rotations, revoked: list } = files;
  const trusted = keys.map((key) => parseTrustedKey(isKeyLine(key) ? key : readKeyFile(folder, key), key));
  const statements = rotations.map((path) => parseRotation(readKeyFile(folder, path), path));
  const revoked = list === undefined ? [] : parseRevokedKeys(readKeyFile(folder, list), list);
  const certificates = await readCertificateTrust(folder, files);
  return { trusted: applyRotations(trusted, statements, revoked), revoked, certificates };
}

async function readCertificateTrust(
  folder: string,
  { certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot: path }: TrustFiles,
): Promise<TrustedKeys['certificates']> {
  if (identity === undefined || issuer === undefined || path === undefined) return undefined;
  const { bytes, failure } = readRegularFile(resolve(folder, path), { limit });
  if (bytes === undefined)
    throw artifactError('TRUSTED_ROOT_INVALID', { what: `cannot read ${path}`, why: failure.why });
  // Loads libraries that keys do not need.
  const { parseTrustedRoot } = await import('../keyless/trusted-root.js');
  return { identity: { identity, issuer }, root: parseTrustedRoot(bytes.toString('utf8'), path) };
}

function readKeyFile(folder: string, path: string): string {
  const { bytes, failure } = readRegularFile(resolve(folder, path), { limit });
  if (bytes !== undefined) return bytes.toString('utf8');
  throw artifactError('SIGNING_KEY_MISSING', { what: `cannot read ${path}`, why: failure.why });
}
