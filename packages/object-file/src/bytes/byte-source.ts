import { readSync } from 'node:fs';

/**
 * Random access to the bytes of a file. Reading is synchronous, which keeps the parsers simple: they read
 * only a few pages even of a very large file.
 */
export interface ByteSource {
  /** The name for messages: a path. */
  readonly name: string;
  readonly size: number;
  /** Returns the bytes from `offset`, fewer than `length` at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

export function memorySource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** Returns the source of an open file. The caller closes the file. */
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
