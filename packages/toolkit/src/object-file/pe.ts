import { type ByteSource, invalid, NumberReader, piece, textAt } from './bytes.js';
import type { ObjectFile } from './model.js';

/** Machine (PE format, "Machine Types"). */
const machines: Readonly<Record<number, string>> = {
  0x14c: 'x86',
  0x8664: 'x86_64',
  0x1c4: 'arm',
  0xaa64: 'aarch64',
};

const IMAGE_FILE_EXECUTABLE = 0x2;
const IMAGE_FILE_DLL = 0x2000;
/** More imports than any program has; a damaged table ends here. */
const mostImports = 4096;
const longestName = 512;

/** Reads a PE file (Microsoft, "PE Format"). */
export function parsePe(source: ByteSource): ObjectFile {
  const start = piece(source, 0x3c, 4, 'header').readUInt32LE(0);
  if (piece(source, start, 4, 'PE header').toString('latin1') !== 'PE\0\0')
    throw invalid(source, 'it is a DOS program without a PE header');
  const header = new NumberReader(source, piece(source, start + 4, 20, 'PE header'), true);
  const machine = header.u16(0);
  const optional = new NumberReader(
    source,
    piece(source, start + 24, header.u16(16), 'optional header'),
    true,
  );
  const wide = optional.bytes.length >= 2 && optional.u16(0) === 0x20b;
  const characteristics = header.u16(18);
  const architecture = machines[machine] ?? `0x${machine.toString(16)}`;
  const sections = new NumberReader(
    source,
    piece(source, start + 24 + header.u16(16), header.u16(2) * 40, 'section table'),
    true,
  );
  return {
    format: 'pe',
    kind:
      (characteristics & IMAGE_FILE_DLL) !== 0
        ? 'library'
        : (characteristics & IMAGE_FILE_EXECUTABLE) !== 0
          ? 'executable'
          : 'object',
    bits: wide ? 64 : 32,
    endianness: 'little',
    architecture,
    architectures: [architecture],
    interpreter: undefined,
    neededLibraries: importsOf(source, optional, sections, wide),
    libc: undefined,
    requiredGlibc: undefined,
    glibcSymbols: [],
  };
}

function importsOf(
  source: ByteSource,
  optional: NumberReader,
  sections: NumberReader,
  wide: boolean,
): string[] {
  const directory = (wide ? 112 : 96) + 8;
  if (optional.bytes.length < directory + 8) return [];
  const address = optional.u32(directory);
  if (address === 0) return [];
  const offsetOf = (relative: number): number => {
    for (let at = 0; at + 40 <= sections.bytes.length; at += 40) {
      const begin = sections.u32(at + 12);
      if (relative >= begin && relative < begin + sections.u32(at + 16))
        return sections.u32(at + 20) + relative - begin;
    }
    throw invalid(source, 'its import table belongs to no section: it is damaged');
  };
  const names: string[] = [];
  let at = offsetOf(address);
  for (; names.length < mostImports; at += 20) {
    const entry = new NumberReader(source, piece(source, at, 20, 'import table'), true);
    if (entry.u32(12) === 0) break;
    const name = offsetOf(entry.u32(12));
    names.push(textAt(piece(source, name, Math.min(longestName, source.size - name), 'import name'), 0));
  }
  return names;
}
