import { MillwrightError } from '@millwright/toolkit/core';
import { artifactError, type ArtifactErrorCode } from '../errors.js';

/** The meaning of errno(3) codes for a failed write. */
const writeFaults: Readonly<Record<string, { readonly code: ArtifactErrorCode; readonly why: string }>> = {
  EACCES: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the current user has no write permission' },
  EPERM: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the operation is not permitted' },
  EROFS: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the file system is mounted read-only' },
  ENOTDIR: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'a parent of the path is a file' },
  EEXIST: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'a parent of the path is a file' },
  ELOOP: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the path is a symbolic link' },
  ENOSPC: { code: 'ARTIFACTS_DISK_FULL', why: 'no space is left on the disk' },
  EDQUOT: { code: 'ARTIFACTS_DISK_FULL', why: 'the disk quota is exceeded' },
  EISDIR: { code: 'ARTIFACTS_DESTINATION_IS_FOLDER', why: 'the path is a folder' },
};

/** Returns the error for a file that could not be written. */
export function writeError(path: string, error: unknown): MillwrightError {
  if (error instanceof MillwrightError) return error;
  const fault = writeFaults[errnoOf(error) ?? ''];
  return artifactError(fault?.code ?? 'ARTIFACTS_NOT_WRITABLE', {
    what: `cannot write ${path}`,
    why: fault?.why ?? (error instanceof Error ? error.message : String(error)),
    cause: error,
  });
}

/** Returns the system's error code, such as ENOENT. Undefined if it is not a system error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Returns the result of an action on a file, or undefined if the file does not exist. */
export function ifExists<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
