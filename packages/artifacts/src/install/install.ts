import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Libc, streamRegularFile, writeFileAtomically } from '@millwright/toolkit/core';
import { errnoOf, writeError } from '../disk/faults.js';
import { artifactError } from '../errors.js';
import { entriesOf } from '../release/folder.js';
import type { TrustMaterial } from '@sigstore/verify';
import type { CertificateIdentity } from '../keyless/identity.js';
import type { SignedBy } from '../release/findings.js';
import type { TrustedKeys } from '../release/signature-state.js';
import { type Rotation, applyRotations } from '../signing/rotation.js';
import { parseTrustedKey, type TrustedKey, trustedKeyLine } from '../signing/trusted-keys.js';
import { formatLockFile, readLockFile } from './lock-file.js';
import type { UnpackLimits } from './names.js';
import { type Candidate, selectCandidate } from './select.js';
import { createStagingFolder } from './staging-folder.js';
import { unpack } from './unpack.js';
import { verifiedDigest } from './verified.js';

export interface InstallRequest {
  /** The path of a folder with a signed checksum file, or of an archive in one. */
  readonly source: string;
  /** An OCI platform. */
  readonly platform: string;
  /** The C library of the system, if it is known. */
  readonly libc?: Libc | undefined;
  /** Which of several components of the folder. */
  readonly name?: string | undefined;
  /** The folder of everything that is installed. */
  readonly cache: string;
  /** The path of the lock file. */
  readonly lockFile: string;
  /** Needed for the first installation only; later ones trust the signer that the lock file names. */
  readonly trusted: readonly TrustedKey[];
  readonly revoked: readonly TrustedKey[];
  readonly rotations: readonly Rotation[];
  /** The identity to trust for keyless signatures, at the first installation only. */
  readonly identity?: CertificateIdentity | undefined;
  /** The Sigstore instance of keyless signatures. */
  readonly root?: TrustMaterial | undefined;
  readonly limits?: UnpackLimits;
}

export interface Installed {
  readonly name: string;
  readonly version: string | undefined;
  readonly platform: string;
  /** The folder that holds its files. */
  readonly folder: string;
  /** The paths of the programs in it, relative to the folder. */
  readonly programs: readonly string[];
  readonly sha256: string;
  readonly signer: SignedBy;
}

/**
 * Installs a component into a cache: selects it by platform, verifies the signature and the checksum of the very
 * bytes that are unpacked, unpacks them into a folder of their own, and notes it in the lock file. Where anything
 * fails, nothing is left behind and the lock file stays as it is.
 * @throws MillwrightError INSTALL_NOTHING_FITS, INSTALL_NOT_VERIFIED, INSTALL_SIGNER_UNKNOWN, INSTALL_SIGNER_CHANGED,
 * INSTALL_LOCK_INVALID, TRUSTED_ROOT_INVALID, ARCHIVE_REFUSED, RELEASE_FOLDER_UNREADABLE, ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL
 */
export async function install(request: InstallRequest): Promise<Installed> {
  const { source, platform } = request;
  const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
  const folder = isFolder ? source : dirname(resolve(source));
  const paths = isFolder ? entriesOf(source).map(({ path }) => path) : [basename(source)];
  const candidate = selectCandidate(paths, request, source);
  const lock = readLockFile(request.lockFile);
  const known = Object.hasOwn(lock.components, candidate.name) ? lock.components[candidate.name] : undefined;
  const keys = trustedSigners(request, candidate.name, known?.signer);
  const { sha256, signer } = await verifiedDigest(folder, candidate.path, keys, known !== undefined);
  const destination = join(
    request.cache,
    candidate.name,
    `${sha256.slice(0, 16)}-${platform.replaceAll('/', '-')}`,
  );
  try {
    mkdirSync(dirname(destination), { recursive: true });
    const staging = createStagingFolder(dirname(destination));
    try {
      const programs = await stage(join(folder, candidate.path), staging, sha256, candidate, request);
      const { name, version } = candidate;
      const restore = replaceFolder(join(staging, 'files'), destination, join(staging, 'replaced'));
      try {
        noteInstalled(request, candidate, { sha256, signer: lockedSigner(signer, keys) });
      } catch (error) {
        restore();
        throw errnoOf(error) === undefined ? error : writeError(request.lockFile, error);
      }
      return { name, version, platform, folder: destination, programs, sha256, signer };
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw writeError(request.cache, error);
  }
}

/**
 * Puts a folder into the place of another.
 * @param aside where the other one goes; on the same file system
 * @returns what undoes it
 */
function replaceFolder(folder: string, destination: string, aside: string): () => void {
  const isReplaced = existsSync(destination);
  if (isReplaced) renameSync(destination, aside);
  renameSync(folder, destination);
  return () => {
    renameSync(destination, folder);
    if (isReplaced) renameSync(aside, destination);
  };
}

/** Writes the lock file. Reads it again, because another installation may have changed it meanwhile. */
function noteInstalled(
  { lockFile, platform }: InstallRequest,
  { name, version = null }: { readonly name: string; readonly version?: string | null | undefined },
  { sha256, signer }: { readonly sha256: string; readonly signer: string | CertificateIdentity },
): void {
  const lock = readLockFile(lockFile);
  const known = Object.hasOwn(lock.components, name) ? lock.components[name] : undefined;
  const platforms = known?.version === version ? known.platforms : {};
  lock.components[name] = { version, signer, platforms: { ...platforms, [platform]: sha256 } };
  mkdirSync(dirname(resolve(lockFile)), { recursive: true });
  writeFileAtomically(lockFile, formatLockFile(lock));
}

/** What the lock file notes: the identity to trust rather than the one found, which names the release. */
function lockedSigner(signer: SignedBy, { certificates }: TrustedKeys): string | CertificateIdentity {
  return 'issuer' in signer ? (certificates?.identity ?? signer) : trustedKeyLine(signer);
}

/** Whom an installation trusts: the signer in the lock file, otherwise those of the request. */
function trustedSigners(
  { trusted, identity, root, rotations, revoked, lockFile }: InstallRequest,
  name: string,
  known: string | CertificateIdentity | undefined,
): TrustedKeys {
  const what = `refusing to install ${name}`;
  const keys = typeof known === 'string' ? [parseTrustedKey(known, lockFile)] : known ? [] : trusted;
  const trustedIdentity = known === undefined ? identity : typeof known === 'string' ? undefined : known;
  if (keys.length === 0 && trustedIdentity === undefined)
    throw artifactError('INSTALL_SIGNER_UNKNOWN', {
      what,
      why: 'the component is installed for the first time, and neither the public key nor the identity of its publisher was given',
    });
  if (trustedIdentity !== undefined && root === undefined)
    throw artifactError('TRUSTED_ROOT_INVALID', {
      what,
      why: `keyless signatures of ${trustedIdentity.identity} are verified with a trusted root, and none was given`,
    });
  return {
    trusted: applyRotations(keys, rotations, revoked),
    revoked,
    certificates: trustedIdentity && root && { identity: trustedIdentity, root },
  };
}

/**
 * Copies the verified bytes, so that the file cannot be replaced between verification and use, and unpacks the copy.
 */
async function stage(
  path: string,
  staging: string,
  sha256: string,
  { path: shown, name, format }: Candidate,
  { platform, limits }: InstallRequest,
): Promise<readonly string[]> {
  const files = join(staging, 'files');
  mkdirSync(files);
  const program = platform.startsWith('windows/') ? `${name}.exe` : name;
  const copy = format === undefined ? join(files, program) : join(staging, 'archive');
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const out = createWriteStream(copy, { flags: 'wx', mode: format === undefined ? 0o755 : 0o600 });
  await pipeline(Readable.from(streamRegularFile(path, 1 << 18)), measure, out);
  if (hash.digest('hex') !== sha256)
    throw artifactError('INSTALL_NOT_VERIFIED', {
      what: `refusing to install ${shown}`,
      why: 'the content of the file does not match the signature',
    });
  return format === undefined ? [program] : unpack(copy, format, files, shown, limits, name);
}
