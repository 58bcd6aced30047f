import type { ByteReader, Endianness, Fields } from './bytes/byte-reader.js';
import type { ObjectFile, ObjectKind } from './model/object-file.js';

/** cputype in <mach/machine.h>. Bit 24 marks a 64-bit ABI, bit 25 64-bit hardware with 32-bit pointers. */
const architectures: Readonly<Record<number, string>> = {
  7: 'x86',
  0x0100_0007: 'x86_64',
  12: 'arm',
  0x0100_000c: 'aarch64',
  0x0200_000c: 'aarch64',
  18: 'powerpc',
  0x0100_0012: 'powerpc64',
};

/** filetype in <mach-o/loader.h>: MH_OBJECT, MH_EXECUTE, MH_DYLIB, MH_BUNDLE. */
const kinds: Readonly<Record<number, ObjectKind>> = {
  1: 'object',
  2: 'executable',
  6: 'library',
  8: 'library',
};

/**
 * Load commands in <mach-o/loader.h>. LC_LOAD_DYLIB is followed by its weak, re-export, lazy and upward
 * variants.
 */
const command = {
  segment: 0x1,
  segment64: 0x19,
  loadDylib: [0xc, 0x8000_0018, 0x8000_001f, 0x20, 0x8000_0023],
  idDylib: 0xd,
  loadDylinker: 0xe,
  rpath: 0x8000_001c,
  buildVersion: 0x32,
} as const;

/**
 * LC_VERSION_MIN_… in files older than LC_BUILD_VERSION, followed by the platform numbers of the latter.
 */
const oldSystems: Readonly<Record<number, string>> = {
  0x24: 'darwin',
  0x25: 'ios',
  0x2f: 'tvos',
  0x30: 'watchos',
};
const systems: Readonly<Record<number, string>> = {
  1: 'darwin',
  2: 'ios',
  3: 'tvos',
  4: 'watchos',
  6: 'ios',
  7: 'ios',
  8: 'tvos',
  9: 'watchos',
  11: 'visionos',
  12: 'visionos',
};

const universalMagic = 0xcafe_babe;
const universalMagic64 = 0xcafe_babf;
/**
 * Java classes have the same magic number, with their version, at least 45, in this place. No file has that
 * many slices.
 */
const maxSlices = 44;

/** The first four bytes of a Mach-O file for one architecture. */
const magics: Readonly<Record<number, { readonly bits: 32 | 64; readonly endianness: Endianness }>> = {
  0xfeed_face: { bits: 32, endianness: 'big' },
  0xfeed_facf: { bits: 64, endianness: 'big' },
  0xcefa_edfe: { bits: 32, endianness: 'little' },
  0xcffa_edfe: { bits: 64, endianness: 'little' },
};

/** @param magic the first four bytes as a big-endian number */
export function isMachO(magic: number): boolean {
  return magic in magics || magic === universalMagic || magic === universalMagic64;
}

/** Parses a Mach-O file (Apple, <mach-o/loader.h>) or a universal file (<mach-o/fat.h>). */
export function parseMachO(file: ByteReader): ObjectFile {
  const reader = file.withEndianness('big');
  const magic = reader.read(0, 4, 'the magic number').u32(0);
  if (magic !== universalMagic && magic !== universalMagic64) return parseSlice(reader);
  const count = reader.read(4, 4, 'the number of slices').u32(0);
  if (count > maxSlices) throw reader.invalid('it is a Java class or claims too many slices');
  const size = magic === universalMagic64 ? 32 : 20;
  const table = reader.read(8, count * size, 'the table of slices');
  const slices = Array.from({ length: count }, (_, index) => {
    const at = index * size;
    const [offset, length] =
      size === 32 ? [table.u64(at + 8), table.u64(at + 16)] : [table.u32(at + 8), table.u32(at + 12)];
    return parseSlice(reader.part(offset, length, `slice ${String(index + 1)}`));
  });
  const [first] = slices;
  if (!first) throw reader.invalid('it is a universal file without a slice');
  return { ...first, architectures: slices.map(({ architecture }) => architecture) };
}

function parseSlice(file: ByteReader): ObjectFile {
  const magic = file.read(0, 4, 'the magic number').u32(0);
  const form = magics[magic];
  if (!form) throw file.invalid('a slice of it is not a Mach-O file');
  const reader = file.withEndianness(form.endianness);
  const headerSize = form.bits === 64 ? 32 : 28;
  const header = reader.read(0, headerSize, 'the Mach-O header');
  const commands = readCommands(reader, headerSize, header.u32(16), header.u32(20));
  const dylibs = commands.filter(({ type }) => (command.loadDylib as readonly number[]).includes(type));
  const textOf = (commandType: number) => {
    const found = commands.find(({ type }) => type === commandType);
    return found && commandText(found.fields);
  };
  const cpu = header.u32(4);
  const architecture = architectures[cpu] ?? `machine-0x${cpu.toString(16)}`;
  return {
    format: 'mach-o',
    kind: kinds[header.u32(12)] ?? 'other',
    bits: form.bits,
    endianness: form.endianness,
    architecture,
    os: systemOf(commands),
    interpreter: textOf(command.loadDylinker),
    libc: undefined,
    requiredGlibc: undefined,
    glibcSymbols: [],
    neededLibraries: dylibs.map(({ fields }) => commandText(fields)),
    soname: textOf(command.idDylib),
    runPaths: commands.filter(({ type }) => type === command.rpath).map(({ fields }) => commandText(fields)),
    architectures: [architecture],
  };
}

interface LoadCommand {
  readonly type: number;
  readonly fields: Fields;
}

/** Rejects commands that exceed their table, and segments that exceed the file. */
function readCommands(reader: ByteReader, offset: number, count: number, size: number): LoadCommand[] {
  const table = reader.table(offset, size, 'the load commands');
  const commands: LoadCommand[] = [];
  for (let at = 0; commands.length < count;) {
    const length = at + 8 <= table.length ? table.u32(at + 4) : 0;
    if (length < 8 || at + length > table.length) throw reader.invalid('a load command overruns their table');
    const found = { type: table.u32(at), fields: table.part(at, length) };
    checkSegment(reader, found);
    commands.push(found);
    at += length;
  }
  return commands;
}

function checkSegment(reader: ByteReader, { type, fields }: LoadCommand): void {
  if (type !== command.segment && type !== command.segment64) return;
  const wide = type === command.segment64;
  if (fields.length < (wide ? 72 : 56)) throw reader.invalid('a segment command is too short');
  if (wide) reader.range(fields.u64(40), fields.u64(48), 'a segment');
  else reader.range(fields.u32(32), fields.u32(36), 'a segment');
}

/**
 * Returns the text of a command with one `union lc_str` at its third word, which is an offset in the
 * command.
 */
function commandText(fields: Fields): string {
  const at = fields.length >= 12 ? fields.u32(8) : fields.length;
  return at < fields.length ? fields.text(at) : '';
}

function systemOf(commands: readonly LoadCommand[]): string | undefined {
  for (const { type, fields } of commands) {
    if (oldSystems[type] !== undefined) return oldSystems[type];
    if (type === command.buildVersion && fields.length >= 12) return systems[fields.u32(8)];
  }
  return undefined;
}
