import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { type ByteSource, fileSource } from './bytes/byte-source.js';
import { ObjectFileError } from './bytes/object-file-error.js';
import type { ObjectFile } from './model/object-file.js';
import { parseObjectFile } from './read.js';

/** A member of a static library that is an object file. */
export interface ArchiveMember {
  /** As the archive's header has it, cut off after 16 characters where the format does so. */
  readonly name: string;
  readonly file: ObjectFile;
}

const magic = '!<arch>\n';
const headerLength = 60;
/** More than any library has; a damaged archive must not keep us. */
const mostMembers = 100_000;

/**
 * The object files in a static library (ar(5), System V and BSD variants); none where the file is no archive. Members
 * that are no object files, such as symbol tables and metadata, are left out.
 */
export function readArchive(path: string): ArchiveMember[] {
  if (!isRegularFile(path)) return [];
  // Without waiting, should the file be a named pipe by now.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return membersOf(fileSource(descriptor, fstatSync(descriptor).size, path));
  } finally {
    closeSync(descriptor);
  }
}

/** False also for what cannot be asked about, such as a link that leads to itself. */
function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `readArchive` over any source of bytes. */
export function membersOf(source: ByteSource): ArchiveMember[] {
  if (textAt(source, 0, magic.length) !== magic) return [];
  const found: ArchiveMember[] = [];
  let offset = magic.length;
  for (let count = 0; count < mostMembers && offset + headerLength <= source.size; count++) {
    const header = textAt(source, offset, headerLength);
    const size = Number(header.slice(48, 58).trim());
    if (!header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0) break;
    const name = header.slice(0, 16).trim();
    // BSD's variant puts a long name before the contents.
    const nameLength = Number(/^#1\/(\d+)$/.exec(name)?.[1] ?? 0);
    const file = objectFile(part(source, offset + headerLength + nameLength, size - nameLength, name));
    if (file !== undefined) found.push({ name: name.replace(/\/$/, ''), file });
    // Members begin at even positions.
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

/** A part of a source as a source of its own. */
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
