import { readSync } from 'node:fs';

/**
 * Random access to the bytes of a file. Reading is synchronous, so that the parsers are plain functions: what
 * they read of even a very large file is a few pages.
 */
export interface ByteSource {
  /** What the bytes are called in messages: a path. */
  readonly name: string;
  readonly size: number;
  /** The bytes from `offset`; fewer than `length` where the file ends before. */
  read(offset: number, length: number): Uint8Array;
}

export function memorySource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** The source of an open file, by positioned reads; the caller closes the file. */
export function fileSource(descriptor: number, size: number, name: string): ByteSource {
  return {
    name,
    size,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
}
