import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { ReadBudget } from './read-budget.js';
import { formatSize } from '../text/units.js';

/** The default size limit, in bytes. */
const defaultSizeLimit = 64 << 20;

export interface ReadOptions {
  /** The maximum size, in bytes. */
  readonly limit?: number;
  /** The folders that may contain the file, after resolving links. */
  readonly within?: readonly string[];
  /** `refuse` rejects symbolic links; default: `follow`. */
  readonly links?: 'follow' | 'refuse';
  /** Limits the total size of several files. */
  readonly budget?: ReadBudget;
}

/** The bytes of a file, or the reason why it was not read. */
export type ReadResult =
  | { readonly bytes: Buffer; readonly failure?: undefined }
  | { readonly bytes?: undefined; readonly failure: ReadFailure };

export interface ReadFailure {
  readonly kind:
    'missing' | 'folder' | 'not regular' | 'too large' | 'outside' | 'over budget' | 'unreadable';
  /** The reason, as the end of a sentence. */
  readonly why: string;
}

/**
 * Reads a regular file completely. Never blocks on FIFOs and devices, and never reads more than the limit, regardless
 * of the reported size, or files outside the allowed folders.
 */
export function readRegularFile(
  path: string,
  { limit = defaultSizeLimit, within, links = 'follow', budget }: ReadOptions = {},
): ReadResult {
  let file: number | undefined;
  try {
    const takesLinks = links === 'follow';
    if (!takesLinks && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      return failed('not regular', 'it is a symbolic link');
    // Opening a device can have side effects.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return failed('missing', 'there is no such file');
    if (found.isDirectory()) return failed('folder', 'it is a folder');
    if (!found.isFile()) return failed('not regular', 'it is not a regular file');
    if (
      within !== undefined &&
      !isInAnyFolder(
        realpathSync.native(path),
        within.map((folder) => realpathSync.native(folder)),
      )
    )
      return failed('outside', 'it is outside the folder that files are read from');
    const noLink = takesLinks ? 0 : constants.O_NOFOLLOW;
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | noLink);
    const stat = fstatSync(file);
    if (!stat.isFile()) return failed('not regular', 'it is not a regular file');
    if (stat.size <= limit && budget?.reserve(stat.size) === false)
      return failed('over budget', 'the total size of the files in this workspace is too large');
    const bytes = readUpTo(file, stat.size, limit);
    return bytes === undefined ? failed('too large', `it is larger than ${formatSize(limit)}`) : { bytes };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(
      code === 'ENOENT' ? 'missing' : 'unreadable',
      `it cannot be read (${code ?? String(error)})`,
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Returns up to `length` bytes from the start of a regular file; undefined if it cannot be read. */
export function readHead(path: string, length: number): Buffer | undefined {
  let file: number | undefined;
  try {
    if (!statSync(path).isFile()) return undefined;
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const head = Buffer.alloc(length);
    return fstatSync(file).isFile() ? head.subarray(0, readSync(file, head, 0, length, 0)) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Yields a regular file in chunks, of which all but the last are full.
 * @throws Error if it is not a regular file or cannot be read
 */
export async function* streamRegularFile(path: string, chunkSize: number): AsyncGenerator<Buffer> {
  const file = await openRegular(path);
  try {
    for (;;) {
      const chunk = await fill(file, Buffer.allocUnsafe(chunkSize));
      if (chunk.length > 0) yield chunk;
      if (chunk.length < chunkSize) return;
    }
  } finally {
    await file.close();
  }
}

/**
 * Like {@link streamRegularFile}, with a fixed memory of two chunks: a chunk is valid only until the next one is
 * requested. For content that is hashed or compared, not stored.
 * @throws Error where it is no regular file or cannot be read
 */
export async function* scanRegularFile(path: string, chunkSize = 1 << 18): AsyncGenerator<Buffer> {
  const file = await openRegular(path);
  let [current, other] = [Buffer.allocUnsafeSlow(chunkSize), Buffer.allocUnsafeSlow(chunkSize)];
  let next = fill(file, current);
  try {
    for (;;) {
      const chunk = await next;
      [current, other] = [other, current];
      const isLast = chunk.length < chunkSize;
      if (!isLast) next = fill(file, current);
      // If the reader stops early, the error of the pending read is irrelevant.
      next.catch(() => undefined);
      if (chunk.length > 0) yield chunk;
      if (isLast) return;
    }
  } finally {
    await next.catch(() => undefined);
    await file.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is not a regular file`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads until a buffer is full or the file ends. */
async function fill(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  let length = 0;
  for (let read = -1; read !== 0 && length < buffer.length; length += read)
    ({ bytesRead: read } = await file.read(buffer, length, buffer.length - length));
  return buffer.subarray(0, length);
}

function failed(kind: ReadFailure['kind'], why: string): ReadResult {
  return { failure: { kind, why } };
}

/** @param size the reported size, which is 0 for files in `/proc` */
function readUpTo(file: number, size: number, limit: number): Buffer | undefined {
  if (size > limit) return undefined;
  // One byte more, so that the same read detects the end of the file.
  let buffer = Buffer.allocUnsafe(size > 0 ? size + 1 : 1 << 14);
  let filled = 0;
  for (;;) {
    const read = readSync(file, buffer, filled, buffer.length - filled, null);
    if (read === 0) return buffer.subarray(0, filled);
    filled += read;
    if (filled > limit) return undefined;
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
  }
}

/** Returns whether a resolved path is one of the folders or inside one. */
export function isInAnyFolder(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const way = relative(folder, path);
    return way === '' || !(isAbsolute(way) || way === '..' || /^\.\.[\\/]/.test(way));
  });
}
