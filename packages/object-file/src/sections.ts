import { ByteReader, type Fields, type Offset } from './bytes/byte-reader.js';
import type { ByteSource } from './bytes/byte-source.js';
import { readElfImage, word } from './elf/elf-image.js';
import { formatOf, withSource } from './read.js';

/** The maximum size of a section that is read. */
const maxSectionSize = 8 * 1024 * 1024;

/** Where a section is in a file. */
export interface SectionPlace {
  /** With the leading dot, if it has one; without the segment of Mach-O. */
  readonly name: string;
  readonly offset: number;
  /** The number of bytes in the file: 0 for sections of zeros that only exist in memory. */
  readonly size: number;
}

interface Section {
  readonly name: string;
  readonly offset: Offset;
  readonly size: Offset;
}

/**
 * Returns the sections of an object file, in the order of its section table.
 * @throws ObjectFileError as `readObjectFile`
 */
export function listSections(path: string): Promise<SectionPlace[]> {
  return withSource(path, (source) => {
    const file = ByteReader.of(source);
    return sectionsOf(file).map(({ name, offset, size }) => {
      const [from, count] =
        size === 0n || size === 0 ? [0, 0] : file.range(offset, size, `the section ${name}`);
      return { name, offset: from, size: count };
    });
  });
}

/**
 * Returns the bytes of a section; undefined if the object file has none with this name.
 * @param name with the leading dot, if it has one; without the segment of Mach-O
 * @param limit the number of bytes to read, if not all
 * @throws ObjectFileError as `readObjectFile`, and for a section larger than 8 MiB
 */
export function readSection(path: string, name: string, limit?: number): Promise<Uint8Array | undefined> {
  return withSource(path, (source) => sectionOf(source, name, limit));
}

/** `readSection` for any byte source. */
export function sectionOf(source: ByteSource, name: string, limit?: number): Uint8Array | undefined {
  const file = ByteReader.of(source);
  const section = sectionsOf(file).find((one) => one.name === name);
  if (section === undefined) return undefined;
  const size = limit === undefined || section.size <= limit ? section.size : limit;
  if (size > maxSectionSize) throw file.invalid(`its section ${name} has ${section.size} bytes`);
  return file.read(section.offset, size, `the section ${name}`).bytes;
}

function sectionsOf(file: ByteReader): Section[] {
  switch (formatOf(file)) {
    case 'elf':
      return elfSections(file);
    case 'pe':
      return peSections(file);
    case 'mach-o':
      return machOSections(file);
  }
}

/** SHT_NOBITS: the section is in memory only. */
const withoutBytes = 8;

/** System V gABI, "Sections". */
function elfSections(file: ByteReader): Section[] {
  const { reader, bits } = readElfImage(file);
  const wide = bits === 64;
  const header = reader.read(0, wide ? 64 : 52, 'the ELF header');
  const table = word(header, wide ? 40 : 32, bits);
  const [entrySize, count, names] = [58, 60, 62].map((at) => header.u16(wide ? at : at - 12)) as [
    number,
    number,
    number,
  ];
  if (table === 0n || names >= count) return [];
  const headers = reader.table(table, entrySize * count, 'the section headers');
  const at = (index: number) => headers.part(index * entrySize, entrySize);
  const [offsetAt, sizeAt] = wide ? [24, 32] : [16, 20];
  const place = (fields: Fields) => ({
    offset: word(fields, offsetAt, bits),
    size: word(fields, sizeAt, bits),
  });
  const { offset, size } = place(at(names));
  const texts = reader.table(offset, size, 'the names of the sections');
  return Array.from({ length: count }, (_, index) => {
    const fields = at(index);
    const name = fields.u32(0) < texts.length ? texts.text(fields.u32(0)) : '';
    return fields.u32(4) === withoutBytes ? { name, offset: 0, size: 0 } : { name, ...place(fields) };
  });
}

/** Microsoft, "PE Format", "Section Table". Names are cut to eight bytes. */
function peSections(file: ByteReader): Section[] {
  const at = file.read(0, 64, 'the DOS header').u32(60);
  const header = file.read(at, 24, 'the PE header');
  const table = file.table(at + 24 + header.u16(20), header.u16(6) * 40, 'the section table');
  return Array.from({ length: header.u16(6) }, (_, index) => {
    const fields = table.part(index * 40, 40);
    return {
      name: fields.part(0, 8).text(0),
      // The size in the file is rounded up.
      size: Math.min(fields.u32(8), fields.u32(16)),
      offset: fields.u32(20),
    };
  });
}

const universalMagic = 0xcafe_babe;

/** Apple, <mach-o/loader.h>: the sections of LC_SEGMENT and LC_SEGMENT_64. A universal file has those of its first slice. */
function machOSections(file: ByteReader): Section[] {
  const big = file.withEndianness('big');
  const magic = big.read(0, 4, 'the magic number').u32(0);
  if (magic === universalMagic) {
    const slice = big.read(8, 20, 'the first slice');
    const start = slice.u32(8);
    const inner = machOSections(big.part(start, slice.u32(12), 'the first slice'));
    return inner.map((section) => ({ ...section, offset: BigInt(section.offset) + BigInt(start) }));
  }
  const wide = magic === 0xcffa_edfe || magic === 0xfeed_facf;
  const reader = file.withEndianness(magic === 0xcffa_edfe || magic === 0xcefa_edfe ? 'little' : 'big');
  const headerSize = wide ? 32 : 28;
  const header = reader.read(0, headerSize, 'the Mach-O header');
  const commands = reader.table(headerSize, header.u32(20), 'the load commands');
  const sections: Section[] = [];
  for (let at = 0; at + 8 <= commands.length;) {
    const length = commands.u32(at + 4);
    if (length < 8 || at + length > commands.length)
      throw reader.invalid('a load command overruns their table');
    if (commands.u32(at) === (wide ? 0x19 : 1))
      sections.push(...segmentSections(commands.part(at, length), wide));
    at += length;
  }
  return sections;
}

/** S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL: the section is in memory only. */
const zeroFilled: ReadonlySet<number> = new Set([0x01, 0x0c, 0x12]);

function segmentSections(segment: Fields, wide: boolean): Section[] {
  const [first, entrySize] = wide ? [72, 80] : [56, 68];
  if (segment.length < first) return [];
  const count = Math.min(segment.u32(first - 8), Math.floor((segment.length - first) / entrySize));
  return Array.from({ length: count }, (_, index) => {
    const fields = segment.part(first + index * entrySize, entrySize);
    const name = fields.part(0, 16).text(0);
    if (zeroFilled.has(fields.u32(wide ? 64 : 56) & 0xff)) return { name, offset: 0, size: 0 };
    return { name, size: wide ? fields.u64(40) : fields.u32(36), offset: fields.u32(wide ? 48 : 40) };
  });
}
