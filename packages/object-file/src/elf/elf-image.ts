import type { ByteReader, Endianness, Fields } from '../bytes/byte-reader.js';

/** An ELF file's header and segments, and the sizes that depend on its class. */
export interface ElfImage {
  /** Reads in the file's byte order. */
  readonly reader: ByteReader;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
  readonly osAbi: number;
  /** e_type */
  readonly type: number;
  /** e_machine */
  readonly machine: number;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly type: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly fileSize: bigint;
}

export const segmentType = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;

/**
 * The value of e_phnum if the count does not fit. Section 0 then has it in sh_info (System V gABI, "ELF
 * Header").
 */
const manySegments = 0xffff;

/** SHT_NOBITS: a section without bytes in the file. */
const noBits = 8;

/**
 * Returns a word of the file's class as a bigint, because kernel addresses exceed the range of a number.
 */
export function word(fields: Fields, at: number, bits: 32 | 64): bigint {
  return bits === 64 ? fields.u64(at) : BigInt(fields.u32(at));
}

/**
 * Reads the header and the program headers (System V gABI, chapters "ELF Header" and "Program Header").
 * Sections are not used, because a stripped file may have none. But if there are any, a file that ends
 * before them is truncated.
 */
export function readElfImage(file: ByteReader): ElfImage {
  const identity = file.read(0, 16, 'the ELF identification');
  const bits = ({ 1: 32, 2: 64 } as const)[identity.u8(4)];
  const endianness = ({ 1: 'little', 2: 'big' } as const)[identity.u8(5)];
  if (bits === undefined) throw file.invalid(`its ELF class is ${identity.u8(4)}, neither 32-bit nor 64-bit`);
  if (endianness === undefined)
    throw file.invalid(`its byte order is ${identity.u8(5)}, neither little nor big`);
  const reader = file.withEndianness(endianness);
  const wide = bits === 64;
  const header = reader.read(0, wide ? 64 : 52, 'the ELF header');
  const sizes = header.length - 10;
  const segmentTable = word(header, wide ? 32 : 28, bits);
  const sectionTable = word(header, wide ? 40 : 32, bits);
  if (sectionTable !== 0n) {
    checkSections(reader, bits, sectionTable, header.u16(sizes + 4), header.u16(sizes + 6));
  }
  let count = header.u16(sizes + 2);
  if (count === manySegments) {
    if (sectionTable === 0n)
      throw reader.invalid('it keeps its number of segments in a section that is not there');
    count = reader.read(sectionTable, wide ? 64 : 40, 'the first section header').u32(wide ? 44 : 28);
  }
  return {
    reader,
    bits,
    endianness,
    osAbi: identity.u8(7),
    type: header.u16(16),
    machine: header.u16(18),
    segments: readSegments(reader, bits, segmentTable, header.u16(sizes), count),
  };
}

/** Checks the section headers: System V gABI, "Sections". */
function checkSections(reader: ByteReader, bits: 32 | 64, offset: bigint, size: number, count: number): void {
  const table = reader.read(offset, size * count, 'the table of section headers');
  if (count > 0 && size < (bits === 64 ? 64 : 40)) {
    throw reader.invalid(`its section headers have only ${size} bytes each`);
  }
  for (let at = 0; at < table.length; at += size) {
    if (table.u32(at + 4) === noBits) continue;
    const [start, length] =
      bits === 64 ? [table.u64(at + 24), table.u64(at + 32)] : [table.u32(at + 16), table.u32(at + 20)];
    reader.range(start, length, 'a section');
  }
}

function readSegments(
  reader: ByteReader,
  bits: 32 | 64,
  offset: bigint,
  size: number,
  count: number,
): Segment[] {
  if (count === 0) return [];
  if (size < (bits === 64 ? 56 : 32))
    throw reader.invalid(`its program headers have only ${size} bytes each`);
  const table = reader.table(offset, size * count, 'the table of program headers');
  const segments: Segment[] = [];
  for (let at = 0; at < table.length; at += size) {
    const segment =
      bits === 64
        ? { offset: table.u64(at + 8), address: table.u64(at + 16), fileSize: table.u64(at + 32) }
        : {
            offset: BigInt(table.u32(at + 4)),
            address: BigInt(table.u32(at + 8)),
            fileSize: BigInt(table.u32(at + 16)),
          };
    const type = table.u32(at);
    if (type === segmentType.load) reader.range(segment.offset, segment.fileSize, 'a loadable segment');
    segments.push({ type, ...segment });
  }
  return segments;
}

/** Returns the file offset of an address, and of the end of its segment. */
export function fileRange(
  image: ElfImage,
  address: bigint,
  what: string,
): { readonly offset: bigint; readonly end: bigint } {
  for (const segment of image.segments) {
    const within = address - segment.address;
    if (segment.type === segmentType.load && within >= 0n && within < segment.fileSize) {
      return { offset: segment.offset + within, end: segment.offset + segment.fileSize };
    }
  }
  throw image.reader.invalid(`${what} lies at the address 0x${address.toString(16)}, which no segment holds`);
}
