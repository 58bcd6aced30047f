import { type ErrorCode, MillwrightError } from '@millwright/toolkit';

/** What the codes of errno(3) mean to whoever wanted a file written. */
const writeFaults: Readonly<Record<string, { readonly code: ErrorCode; readonly why: string }>> = {
  EACCES: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'this user may not write there' },
  EPERM: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the system does not permit it, whoever asks' },
  EROFS: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'the file system is mounted read-only' },
  ENOTDIR: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'a part of the path above it is a file' },
  EEXIST: { code: 'ARTIFACTS_NOT_WRITABLE', why: 'a part of the path above it is a file' },
  ENOSPC: { code: 'ARTIFACTS_DISK_FULL', why: 'no space is left on the disk' },
  EDQUOT: { code: 'ARTIFACTS_DISK_FULL', why: 'the quota on the disk is used up' },
  EISDIR: { code: 'ARTIFACTS_DESTINATION_IS_FOLDER', why: 'a folder stands there' },
};

/** The error for a file that could not be written. */
export function writeError(path: string, error: unknown): MillwrightError {
  if (error instanceof MillwrightError) return error;
  const fault = writeFaults[errnoOf(error) ?? ''];
  return new MillwrightError(fault?.code ?? 'ARTIFACTS_NOT_WRITABLE', {
    what: `${path} cannot be written`,
    why: fault?.why ?? (error instanceof Error ? error.message : String(error)),
    cause: error,
  });
}

/** The system's name of an error, such as ENOENT; undefined where the error is none of the system's. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What an action on a file gives; undefined where there is no such file. */
export function ifPresent<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
