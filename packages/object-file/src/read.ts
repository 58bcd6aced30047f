import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ByteReader } from './bytes/byte-reader.js';
import { fileSource, type ByteSource } from './bytes/byte-source.js';
import { ObjectFileError } from './bytes/object-file-error.js';
import { parseElf } from './elf/elf.js';
import { isMachO, parseMachO } from './mach-o.js';
import type { ObjectFile } from './model/object-file.js';
import { parsePe } from './pe.js';

const elfMagic = 0x7f45_4c46;
const dosMagic = 0x4d5a;

/** Formats that are mistaken for object files, by their first bytes as big-endian numbers. */
const otherFormats: readonly (readonly [magic: number, name: string])[] = [
  [0x213c_6172, 'an archive (ar), such as a static library'],
  [0x0061_736d, 'a WebAssembly module'],
  [0x504b_0304, 'a zip archive'],
  [0x7665_7273, 'text; perhaps the pointer that Git LFS leaves in place of a file'],
];

/**
 * Reads the properties of an object file. Only headers and tables are read, regardless of the file size.
 * @throws ObjectFileError if the file does not exist, is not an ELF, Mach-O or PE file, or is damaged or
 * truncated
 */
export function readObjectFile(path: string): Promise<ObjectFile> {
  return withSource(path, parseObjectFile);
}

/** Opens a file while a function reads it. @throws ObjectFileError if it is not a file that can be read */
export async function withSource<Result>(path: string, use: (source: ByteSource) => Result): Promise<Result> {
  // Non-blocking, because opening a named pipe would wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw systemFailure(path, cause);
  });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new ObjectFileError(path, 'it is a folder');
    if (!stat.isFile()) throw new ObjectFileError(path, 'it is a device, a socket or a pipe, not a file');
    return use(fileSource(file.fd, stat.size, path));
  } finally {
    await file.close();
  }
}

/** `readObjectFile` for any byte source. */
export function parseObjectFile(source: ByteSource): ObjectFile {
  const reader = ByteReader.of(source);
  return parsers[formatOf(reader)](reader);
}

const parsers: Readonly<Record<ObjectFile['format'], (file: ByteReader) => ObjectFile>> = {
  elf: parseElf,
  'mach-o': parseMachO,
  pe: parsePe,
};

/** Returns the format by the first bytes. @throws ObjectFileError for any other file */
export function formatOf(file: ByteReader): ObjectFile['format'] {
  if (file.size === 0) throw file.invalid('the file is empty');
  const start = file.withEndianness('big').read(0, Math.min(file.size, 4), 'the magic number');
  const magic = start.length === 4 ? start.u32(0) : 0;
  if (magic === elfMagic) return 'elf';
  if (isMachO(magic)) return 'mach-o';
  if (magic >>> 16 === dosMagic) return 'pe';
  throw file.invalid(`it is ${describe(magic, start.bytes)}, not an ELF, Mach-O or PE file`);
}

function describe(magic: number, start: Uint8Array): string {
  const known = otherFormats.find(([other]) => other === magic);
  if (known) return known[1];
  if (magic >>> 16 === 0x2321) return 'a script';
  if (start.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127)))
    return 'text';
  return `a file that begins with the bytes ${Buffer.from(start).toString('hex')}`;
}

const openFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'this user may not read it',
  ELOOP: 'its path is a circle of symbolic links',
};

function systemFailure(path: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new ObjectFileError(path, (code === undefined ? undefined : openFailures[code]) ?? message, {
    cause,
  });
}
