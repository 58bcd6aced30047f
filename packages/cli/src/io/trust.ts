import {
  isKeyLine,
  parseRevokedKeys,
  parseRotation,
  parseTrustedKey,
  type Rotation,
  type TrustedKey,
} from '@millwright/artifacts/signing';
import { readInput } from './files.js';

/** The options that select the trusted keys. */
export interface TrustOptions {
  /** Public keys, or the paths of their files. */
  readonly key?: readonly string[];
  /** The paths of rotation statements. */
  readonly rotation?: readonly string[];
  /** The path of a list of revoked keys. */
  readonly revoked?: string;
}

/** The trusted keys, rotations and revoked keys. */
export interface Trust {
  readonly trusted: readonly TrustedKey[];
  readonly rotations: readonly Rotation[];
  readonly revoked: readonly TrustedKey[];
}

/**
 * Reads keys, rotation statements and the list of revoked keys.
 * @throws MillwrightError COMMAND_FILE_UNREADABLE, SIGNING_KEY_INVALID, ROTATION_INVALID
 */
export function readTrust({ key = [], rotation = [], revoked }: TrustOptions): Trust {
  return {
    trusted: key.map(readPublicKey),
    rotations: rotation.map((path) => parseRotation(readInput(path), path)),
    revoked: revoked === undefined ? [] : parseRevokedKeys(readInput(revoked), revoked),
  };
}

/** A public key, given as text or as the path of its file. */
export function readPublicKey(pathOrKey: string): TrustedKey {
  return parseTrustedKey(isKeyLine(pathOrKey) ? pathOrKey : readInput(pathOrKey), pathOrKey);
}
