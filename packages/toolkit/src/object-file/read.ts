import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { MillwrightError } from '../errors.js';
import { type ByteSource, invalid, piece } from './bytes.js';
import { parseElf } from './elf.js';
import { parseMachO } from './mach-o.js';
import type { ObjectFile } from './model.js';
import { parsePe } from './pe.js';

/** Reads an object file's facts from any source of bytes. @throws MillwrightError OBJECT_FILE_INVALID */
export function parseObjectFile(source: ByteSource): ObjectFile {
  if (source.size === 0) throw invalid(source, 'it is empty');
  const magic = piece(source, 0, Math.min(4, source.size), 'header').toString('hex').padEnd(8, '0');
  if (magic === '7f454c46') return parseElf(source);
  if (['cffaedfe', 'cefaedfe', 'feedfacf', 'feedface', 'cafebabe', 'cafebabf'].includes(magic))
    return parseMachO(source);
  if (magic.startsWith('4d5a')) return parsePe(source);
  throw invalid(source, 'it is neither ELF nor Mach-O nor PE');
}

/**
 * Reads what a built file says of itself; only headers and tables are read, not the whole file.
 * @throws MillwrightError OBJECT_FILE_INVALID for anything that is no object file, damaged, missing or a folder
 */
export function readObjectFile(path: string): ObjectFile {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unreadable(path, new Error('it is no regular file'));
    return parseObjectFile({
      name: path,
      size: stat.size,
      read: (offset, length) => {
        const bytes = Buffer.alloc(length);
        const count = readSync(file, bytes, 0, length, offset);
        if (count < length) throw unreadable(path, new Error('it became shorter while it was read'));
        return bytes;
      },
    });
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, error: unknown): MillwrightError {
  const why = error instanceof Error ? error.message : String(error);
  return new MillwrightError('OBJECT_FILE_INVALID', { what: `${path} cannot be read`, why, cause: error });
}
