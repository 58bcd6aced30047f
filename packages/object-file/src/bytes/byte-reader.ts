import type { ByteSource } from './byte-source.js';
import { ObjectFileError } from './object-file-error.js';

/**
 * The maximum number of bytes read from one file. The tables of the largest shared libraries use a tenth of
 * it.
 */
export const readBudget = 16 * 1024 * 1024;

/** The cost of a read in addition to its bytes, so that the budget also bounds the number of reads. */
const readCost = 64;

/** The maximum length of a name: Linux's PATH_MAX. */
const maxNameLength = 4096;
/** Real dynamic sections, program headers and load commands have some kilobytes. */
const maxTableLength = 1024 * 1024;
const nameChunk = 128;

export type Endianness = 'little' | 'big';

/**
 * Reads parts of a file. Throws an ObjectFileError for a part that is not inside the file, and if the
 * budget is exceeded. No more is read or allocated, regardless of the counts and offsets in the file.
 */
export class ByteReader {
  private constructor(
    private readonly source: ByteSource,
    private readonly start: number,
    readonly size: number,
    private readonly budget: { left: number },
    private readonly littleEndian: boolean,
  ) {}

  static of(source: ByteSource): ByteReader {
    return new ByteReader(source, 0, source.size, { left: readBudget }, true);
  }

  withEndianness(endianness: Endianness): ByteReader {
    return new ByteReader(this.source, this.start, this.size, this.budget, endianness === 'little');
  }

  /** Returns a part of the file as a reader that shares the budget. */
  part(offset: Offset, length: Offset, what: string): ByteReader {
    const [from, count] = this.range(offset, length, what);
    return new ByteReader(this.source, this.start + from, count, this.budget, this.littleEndian);
  }

  /** @param what the name of the part for error messages, for example "the program headers" */
  read(offset: Offset, length: Offset, what: string): Fields {
    const [from, count] = this.range(offset, length, what);
    this.budget.left -= count + readCost;
    if (this.budget.left < 0) {
      throw this.invalid(
        `its tables claim more than the ${String(readBudget >> 20)} MiB that are read of a file`,
      );
    }
    const bytes = this.source.read(this.start + from, count);
    if (bytes.length < count) throw this.invalid('the file became shorter while it was read');
    return new Fields(bytes, this.littleEndian);
  }

  /** Reads a table whose entries all become objects in memory. Rejects one larger than 1 MiB. */
  table(offset: Offset, length: Offset, what: string): Fields {
    if (length > maxTableLength) throw this.invalid(`${what} would be ${length} bytes long`);
    return this.read(offset, length, what);
  }

  /** Reads a zero-terminated name that must end before the offset `end`. */
  name(offset: Offset, end: Offset, what: string): string {
    const [from, limit] = this.range(offset, BigInt(end) - BigInt(offset), what);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < Math.min(limit, maxNameLength); at += nameChunk) {
      const { bytes } = this.read(from + at, Math.min(nameChunk, limit - at), what);
      const zero = bytes.indexOf(0);
      chunks.push(zero < 0 ? bytes : bytes.subarray(0, zero));
      if (zero >= 0) return Buffer.concat(chunks).toString();
    }
    throw this.invalid(`${what} has no end`);
  }

  /** Rejects a part that exceeds the file, without reading it. */
  range(offset: Offset, length: Offset, what: string): [offset: number, length: number] {
    const from = BigInt(offset);
    const count = BigInt(length);
    const size = BigInt(this.size);
    if (from < 0n || count < 0n || from + count > size) {
      throw this.invalid(
        `${what} would be bytes ${from} to ${from + count} of ${size}: it is damaged or cut short`,
      );
    }
    return [Number(from), Number(count)];
  }

  invalid(why: string): ObjectFileError {
    return new ObjectFileError(this.source.name, why);
  }
}

export type Offset = number | bigint;

/** The fields of a part that was read. Callers know its length, so an index outside it is a bug. */
export class Fields {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    private readonly littleEndian: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.view.getUint8(at);
  }

  u16(at: number): number {
    return this.view.getUint16(at, this.littleEndian);
  }

  u32(at: number): number {
    return this.view.getUint32(at, this.littleEndian);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, this.littleEndian);
  }

  /** Returns some of these fields. */
  part(at: number, length: number): Fields {
    return new Fields(this.bytes.subarray(at, at + length), this.littleEndian);
  }

  /** Returns the text at `at`, up to a zero byte or the end of the part. */
  text(at: number): string {
    const zero = this.bytes.indexOf(0, at);
    return Buffer.from(this.bytes.subarray(at, zero < 0 ? undefined : zero)).toString();
  }
}
