import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { type ByteSource, fileSource } from './bytes/byte-source.js';
import { ObjectFileError } from './bytes/object-file-error.js';
import type { ObjectFile } from './model/object-file.js';
import { parseObjectFile } from './read.js';

/** An object file in a static library. */
export interface ArchiveMember {
  /** The name in the archive's header. Some variants truncate it after 16 characters. */
  readonly name: string;
  readonly file: ObjectFile;
}

const magic = '!<arch>\n';
const headerLength = 60;
/** More than any real library has. Bounds the work for a damaged archive. */
const maxMembers = 100_000;

/**
 * Returns the object files in a static library (ar(5), System V and BSD variants). Empty if the file is not
 * an archive. Skips other members, such as symbol tables and metadata.
 */
export function readArchive(path: string): ArchiveMember[] {
  if (!isRegularFile(path)) return [];
  // Non-blocking, in case the file has been replaced by a named pipe.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return membersOf(fileSource(descriptor, fstatSync(descriptor).size, path));
  } finally {
    closeSync(descriptor);
  }
}

/** Returns false also for paths that cannot be read, such as a link to itself. */
function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `readArchive` for any byte source. */
export function membersOf(source: ByteSource): ArchiveMember[] {
  if (textAt(source, 0, magic.length) !== magic) return [];
  const found: ArchiveMember[] = [];
  let offset = magic.length;
  for (let count = 0; count < maxMembers && offset + headerLength <= source.size; count++) {
    const header = textAt(source, offset, headerLength);
    const size = Number(header.slice(48, 58).trim());
    if (!header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0) break;
    const name = header.slice(0, 16).trim();
    // In the BSD variant, a long name precedes the content.
    const nameLength = Number(/^#1\/(\d+)$/.exec(name)?.[1] ?? 0);
    const file = objectFile(part(source, offset + headerLength + nameLength, size - nameLength, name));
    if (file !== undefined) found.push({ name: name.replace(/\/$/, ''), file });
    // Members are aligned to even offsets.
    offset += headerLength + size + (size % 2);
  }
  return found;
}

function objectFile(source: ByteSource): ObjectFile | undefined {
  try {
    return parseObjectFile(source);
  } catch (error) {
    if (error instanceof ObjectFileError) return undefined;
    throw error;
  }
}

/** Returns a part of a source as a source. */
function part(source: ByteSource, start: number, size: number, name: string): ByteSource {
  const length = Math.max(0, Math.min(size, source.size - start));
  return {
    name: `${source.name}(${name})`,
    size: length,
    read: (offset, wanted) => source.read(start + offset, Math.max(0, Math.min(wanted, length - offset))),
  };
}

function textAt(source: ByteSource, offset: number, length: number): string {
  return Buffer.from(source.read(offset, Math.min(length, source.size - offset))).toString('latin1');
}
