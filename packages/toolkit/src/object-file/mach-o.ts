import { type ByteSource, invalid, NumberReader, piece, textAt } from './bytes.js';
import type { ObjectFile } from './model.js';

/** cputype (mach/machine.h). */
const machines: Readonly<Record<number, string>> = {
  0x7: 'x86',
  0x1000007: 'x86_64',
  0xc: 'arm',
  0x100000c: 'aarch64',
};

const kinds: Readonly<Record<number, ObjectFile['kind']>> = {
  1: 'object',
  2: 'executable',
  6: 'library',
  8: 'library',
};

const LC_LOAD_DYLINKER = 0xe;
/** LC_LOAD_DYLIB and its weak, re-exporting, lazy and upward forms. */
const libraryCommands = [0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023];

/** A universal file holds few slices; a Java class file begins with the same bytes and a larger number. */
const mostSlices = 30;

/** Reads a Mach-O file, thin or universal (mach-o/loader.h, mach-o/fat.h). */
export function parseMachO(source: ByteSource): ObjectFile {
  const magic = piece(source, 0, 4, 'header').readUInt32BE(0);
  if (magic !== 0xcafebabe && magic !== 0xcafebabf) return parseThin(source, 0);
  const wide = magic === 0xcafebabf;
  const count = piece(source, 4, 4, 'header').readUInt32BE(0);
  if (count === 0 || count > mostSlices)
    throw invalid(source, `it is no universal Mach-O file: ${count} slices`);
  const entrySize = wide ? 32 : 20;
  const table = new NumberReader(source, piece(source, 8, count * entrySize, 'slice table'), false);
  const slices = Array.from({ length: count }, (_, index) => {
    const at = index * entrySize + 8;
    return parseThin(source, wide ? table.u64(at) : table.u32(at));
  });
  const [first] = slices;
  if (!first) throw invalid(source, 'it has no slices');
  return { ...first, architectures: slices.map((slice) => slice.architecture) };
}

function parseThin(source: ByteSource, start: number): ObjectFile {
  const magic = piece(source, start, 4, 'header').readUInt32BE(0);
  const littleEndian = magic === 0xcffaedfe || magic === 0xcefaedfe;
  const wide = magic === 0xcffaedfe || magic === 0xfeedfacf;
  if (!littleEndian && magic !== 0xfeedfacf && magic !== 0xfeedface)
    throw invalid(source, 'a slice of it is no Mach-O file');
  const headerSize = wide ? 32 : 28;
  const header = new NumberReader(source, piece(source, start, headerSize, 'header'), littleEndian);
  const machine = header.u32(4);
  const commands = new NumberReader(
    source,
    piece(source, start + headerSize, header.u32(20), 'load commands'),
    littleEndian,
  );
  const neededLibraries: string[] = [];
  let interpreter: string | undefined;
  let at = 0;
  for (let index = 0; index < header.u32(16); index += 1) {
    const command = commands.u32(at);
    const size = commands.u32(at + 4);
    if (size < 8 || at + size > commands.bytes.length)
      throw invalid(source, 'a load command in it has no room: it is damaged');
    const text = () => textAt(commands.bytes.subarray(at, at + size), commands.u32(at + 8));
    if (command === LC_LOAD_DYLINKER) interpreter = text();
    if (libraryCommands.includes(command)) neededLibraries.push(text());
    at += size;
  }
  const architecture = machines[machine] ?? `0x${machine.toString(16)}`;
  return {
    format: 'mach-o',
    kind: kinds[header.u32(12)] ?? 'other',
    bits: wide ? 64 : 32,
    endianness: littleEndian ? 'little' : 'big',
    architecture,
    architectures: [architecture],
    interpreter,
    neededLibraries,
    libc: undefined,
    requiredGlibc: undefined,
    glibcSymbols: [],
  };
}
