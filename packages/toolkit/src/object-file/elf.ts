import { type ByteSource, invalid, NumberReader, piece, textAt } from './bytes.js';
import { compareVersions, type GlibcRequirement, type ObjectFile } from './model.js';

/** e_machine (System V ABI, "ELF Header"). */
const machines: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'mips',
  20: 'powerpc',
  21: 'powerpc64',
  22: 's390x',
  40: 'arm',
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
  258: 'loongarch64',
};

/** e_type: an executable may also be of type 3 (shared), so an interpreter tells. */
const kinds: Readonly<Record<number, ObjectFile['kind']>> = { 1: 'object', 2: 'executable', 3: 'library' };

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;

const DT = {
  needed: 1,
  hash: 4,
  strtab: 5,
  symtab: 6,
  strsz: 10,
  flags1: 0x6ffffffb,
  versym: 0x6ffffff0,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
  gnuHash: 0x6ffffef5,
} as const;
/** DF_1_PIE: a position-independent executable, static ones included. */
const DF_1_PIE = 0x08000000;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads an ELF file through its program headers alone, so stripped files and files without section headers
 * are read too (System V ABI, "Program Loading and Dynamic Linking"; symbol versions: Linux Standard Base,
 * "Symbol Versioning").
 */
export function parseElf(source: ByteSource): ObjectFile {
  const identity = piece(source, 0, 20, 'header');
  const wide = identity[4] === 2;
  if (!wide && identity[4] !== 1) throw invalid(source, 'its ELF class is neither 32 nor 64 bits');
  if (identity[5] !== 1 && identity[5] !== 2) throw invalid(source, 'its ELF byte order is unknown');
  const littleEndian = identity[5] === 1;
  const numbers = (bytes: Buffer) => new NumberReader(source, bytes, littleEndian);
  const header = numbers(piece(source, 0, wide ? 64 : 52, 'header'));
  const machine = header.u16(18);
  const segments = readSegments(source, header, wide, numbers);
  const dynamic = readDynamic(source, segments, wide, numbers);
  const interpreter = segments.find((segment) => segment.type === PT_INTERP);
  const interpreterPath =
    interpreter && textAt(piece(source, interpreter.offset, interpreter.size, 'interpreter'), 0);
  const strings = dynamic.strings;
  const neededLibraries = dynamic.all(DT.needed).map((offset) => textAt(strings, offset));
  const glibcSymbols = readGlibcRequirements(source, dynamic, segments, wide, numbers);
  const architecture = machines[machine] ?? `0x${machine.toString(16)}`;
  const type = kinds[header.u16(16)] ?? 'other';
  const isPie = ((dynamic.all(DT.flags1)[0] ?? 0) & DF_1_PIE) !== 0;
  return {
    format: 'elf',
    kind: type === 'library' && (interpreterPath !== undefined || isPie) ? 'executable' : type,
    bits: wide ? 64 : 32,
    endianness: littleEndian ? 'little' : 'big',
    architecture,
    architectures: [architecture],
    interpreter: interpreterPath,
    neededLibraries,
    libc: libcOf(interpreterPath, neededLibraries),
    requiredGlibc: glibcSymbols.at(-1)?.version,
    glibcSymbols,
  };
}

type Numbers = (bytes: Buffer) => NumberReader;

function readSegments(source: ByteSource, header: NumberReader, wide: boolean, numbers: Numbers): Segment[] {
  const offset = wide ? header.u64(32) : header.u32(28);
  const entrySize = header.u16(wide ? 54 : 42);
  const count = header.u16(wide ? 56 : 44);
  if (count === 0) return [];
  if (entrySize < (wide ? 56 : 32)) throw invalid(source, 'its program headers are too small');
  const table = numbers(piece(source, offset, entrySize * count, 'program header table'));
  return Array.from({ length: count }, (_, index) => {
    const at = index * entrySize;
    return wide
      ? {
          type: table.u32(at),
          offset: table.u64(at + 8),
          address: table.u64(at + 16),
          size: table.u64(at + 32),
        }
      : {
          type: table.u32(at),
          offset: table.u32(at + 4),
          address: table.u32(at + 8),
          size: table.u32(at + 16),
        };
  });
}

interface Dynamic {
  readonly all: (tag: number) => readonly number[];
  readonly strings: Buffer;
}

function readDynamic(
  source: ByteSource,
  segments: readonly Segment[],
  wide: boolean,
  numbers: Numbers,
): Dynamic {
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  const values = new Map<number, number[]>();
  if (segment) {
    const size = wide ? 16 : 8;
    const table = numbers(piece(source, segment.offset, segment.size, 'dynamic section'));
    for (let at = 0; at + size <= table.bytes.length; at += size) {
      const tag = wide ? table.u64(at) : table.u32(at);
      if (tag === 0) break;
      values.set(tag, [...(values.get(tag) ?? []), wide ? table.u64(at + 8) : table.u32(at + 4)]);
    }
  }
  const all = (tag: number) => values.get(tag) ?? [];
  const address = all(DT.strtab)[0];
  const strings =
    address === undefined
      ? Buffer.alloc(0)
      : piece(source, fileOffset(source, segments, address), all(DT.strsz)[0] ?? 0, 'string table');
  return { all, strings };
}

/** Where an address of the loaded program stands in the file. */
function fileOffset(source: ByteSource, segments: readonly Segment[], address: number): number {
  const segment = segments.find(
    (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.size,
  );
  if (!segment) throw invalid(source, 'an address in it belongs to no segment: it is damaged');
  return segment.offset + (address - segment.address);
}

/** The version needs of every library, without those of other names than GLIBC; oldest first. */
function readGlibcRequirements(
  source: ByteSource,
  dynamic: Dynamic,
  segments: readonly Segment[],
  wide: boolean,
  numbers: Numbers,
): GlibcRequirement[] {
  const address = dynamic.all(DT.verneed)[0];
  const count = dynamic.all(DT.verneednum)[0] ?? 0;
  if (address === undefined) return [];
  const versions = new Map<number, string>();
  let need = fileOffset(source, segments, address);
  // Each entry has 16 bytes, so a file cannot hold more than its size allows, and a chain of links ends.
  let entriesLeft = source.size / 16;
  for (let index = 0; index < count; index += 1) {
    const entry = numbers(piece(source, need, 16, 'version needs'));
    let aux = need + entry.u32(8);
    for (let link = 0; link < entry.u16(2); link += 1) {
      if ((entriesLeft -= 1) < 0) throw invalid(source, 'its version needs never end');
      const auxiliary = numbers(piece(source, aux, 16, 'version needs'));
      versions.set(auxiliary.u16(6) & 0x7fff, textAt(dynamic.strings, auxiliary.u32(8)));
      if (auxiliary.u32(12) === 0) break;
      aux += auxiliary.u32(12);
    }
    if (entry.u32(12) === 0) break;
    need += entry.u32(12);
  }
  const symbols = readVersionedSymbols(source, dynamic, segments, wide, numbers, versions);
  const byVersion = new Map<string, string[]>();
  for (const [index, name] of versions) {
    const version = glibcVersion(name);
    if (version !== undefined)
      byVersion.set(version, [...(byVersion.get(version) ?? []), ...(symbols.get(index) ?? [])]);
  }
  return [...byVersion]
    .map(([version, names]) => ({ version, symbols: names.sort() }))
    .sort((a, b) => compareVersions(a.version, b.version));
}

/** `GLIBC_ABI_DT_RELR` is no number, but no glibc before 2.36 offers it. */
function glibcVersion(name: string): string | undefined {
  if (name === 'GLIBC_ABI_DT_RELR') return '2.36';
  return /^GLIBC_(\d+(?:\.\d+)+)$/.exec(name)?.[1];
}

/** The names of the symbols that need each version, by the version's index. */
function readVersionedSymbols(
  source: ByteSource,
  dynamic: Dynamic,
  segments: readonly Segment[],
  wide: boolean,
  numbers: Numbers,
  versions: ReadonlyMap<number, string>,
): Map<number, string[]> {
  const names = new Map<number, string[]>();
  const [versym] = dynamic.all(DT.versym);
  const [symtab] = dynamic.all(DT.symtab);
  if (versym === undefined || symtab === undefined) return names;
  const entrySize = wide ? 24 : 16;
  const count = symbolCount(source, dynamic, segments, entrySize);
  const indices = numbers(piece(source, fileOffset(source, segments, versym), count * 2, 'symbol versions'));
  const table = numbers(
    piece(source, fileOffset(source, segments, symtab), count * entrySize, 'symbol table'),
  );
  for (let symbol = 0; symbol < count; symbol += 1) {
    const version = indices.u16(symbol * 2) & 0x7fff;
    if (!versions.has(version)) continue;
    names.set(version, [
      ...(names.get(version) ?? []),
      textAt(dynamic.strings, table.u32(symbol * entrySize)),
    ]);
  }
  return names;
}

/**
 * The number of dynamic symbols stands nowhere without section headers, but the linkers of all our platforms
 * put the string table right behind the symbols; the versions table bounds it where they do not.
 */
function symbolCount(
  source: ByteSource,
  dynamic: Dynamic,
  segments: readonly Segment[],
  entrySize: number,
): number {
  const [symtab = 0] = dynamic.all(DT.symtab);
  const [strtab = 0] = dynamic.all(DT.strtab);
  const [versym = 0] = dynamic.all(DT.versym);
  const behind = [
    strtab,
    versym,
    ...dynamic.all(DT.hash),
    ...dynamic.all(DT.gnuHash),
    ...dynamic.all(DT.verneed),
  ].filter((address) => address > symtab);
  const bySpace = behind.length === 0 ? 0 : Math.floor((Math.min(...behind) - symtab) / entrySize);
  const versionsEnd = [
    strtab,
    symtab,
    ...dynamic.all(DT.verneed),
    ...dynamic.all(DT.hash),
    ...dynamic.all(DT.gnuHash),
  ].filter((address) => address > versym);
  const byVersions = versionsEnd.length === 0 ? bySpace : Math.floor((Math.min(...versionsEnd) - versym) / 2);
  const room = Math.floor((source.size - fileOffset(source, segments, symtab)) / entrySize);
  return Math.max(0, Math.min(bySpace, byVersions, room));
}

function libcOf(interpreter: string | undefined, libraries: readonly string[]): ObjectFile['libc'] {
  if (interpreter?.includes('ld-musl') || libraries.some((name) => name.startsWith('libc.musl')))
    return 'musl';
  return libraries.includes('libc.so.6') ||
    interpreter?.includes('ld-linux') ||
    interpreter?.includes('ld64.so')
    ? 'glibc'
    : undefined;
}
