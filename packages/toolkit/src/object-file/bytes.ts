import { MillwrightError } from '../errors.js';

/** Random access to a file's bytes, without reading it whole. */
export interface ByteSource {
  /** What the file is called in messages. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** The bytes at an offset; the caller has checked that they are there. */
  readonly read: (offset: number, length: number) => Buffer;
}

/** The largest piece that is read at once, in bytes: no table of an honest file is larger. */
const largestPiece = 64 << 20;

export function invalid(source: ByteSource, why: string): MillwrightError {
  return new MillwrightError('OBJECT_FILE_INVALID', { what: `${source.name} is no usable object file`, why });
}

/**
 * A piece of a file.
 * @throws MillwrightError OBJECT_FILE_INVALID where the file ends before the piece does, or it is absurdly large
 */
export function piece(source: ByteSource, offset: number, length: number, what: string): Buffer {
  const fits =
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= source.size;
  if (!fits) throw invalid(source, `its ${what} lies outside the file: it is truncated or damaged`);
  if (length > largestPiece) throw invalid(source, `its ${what} claims ${length} bytes`);
  return source.read(offset, length);
}

/** Numbers of either endianness out of a buffer whose bounds the reader checks. */
export class NumberReader {
  constructor(
    private readonly source: ByteSource,
    readonly bytes: Buffer,
    private readonly littleEndian: boolean,
  ) {}

  u16(at: number): number {
    this.check(at, 2);
    return this.littleEndian ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.littleEndian ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** A 64-bit number; one beyond 2^53 can be no offset and becomes infinite, which no bound accepts. */
  u64(at: number): number {
    this.check(at, 8);
    const value = this.littleEndian ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
  }

  private check(at: number, length: number): void {
    if (at >= 0 && at + length <= this.bytes.length) return;
    throw invalid(this.source, 'a table in it ends too early: it is truncated or damaged');
  }
}

/** The zero-ended text at an offset of a table; what runs to the table's end ends there. */
export function textAt(table: Buffer, offset: number): string {
  if (offset < 0 || offset >= table.length) return '';
  const end = table.indexOf(0, offset);
  return table.toString('utf8', offset, end === -1 ? table.length : end);
}
