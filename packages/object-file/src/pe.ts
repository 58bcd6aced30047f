import type { ByteReader, Fields } from './bytes/byte-reader.js';
import type { ObjectFile } from './model/object-file.js';

/** IMAGE_FILE_MACHINE_… (Microsoft, "PE Format", "Machine Types"). */
const architectures: Readonly<Record<number, string>> = {
  0x14c: 'x86',
  0x1c4: 'arm',
  0x200: 'ia64',
  0x5032: 'riscv32',
  0x5064: 'riscv64',
  0x6232: 'loongarch32',
  0x6264: 'loongarch64',
  0x8664: 'x86_64',
  0xaa64: 'aarch64',
};

const characteristic = { executable: 0x0002, library: 0x2000 } as const;
/** The magic of the optional header: PE32 and PE32+. */
const widths: Readonly<Record<number, 32 | 64>> = { 0x10b: 32, 0x20b: 64 };
/** IMAGE_SUBSYSTEM_EFI_…: firmware programs, not Windows programs. */
const firmwareSubsystems: readonly number[] = [10, 11, 12, 13];
/** Windows accepts 96 sections. */
const maxSections = 1024;
const maxLibraries = 4096;
const importDirectory = 1;

/** Parses a PE image (Microsoft, "PE Format"): a Windows program or DLL. */
export function parsePe(file: ByteReader): ObjectFile {
  const at = file.read(0, 64, 'the DOS header').u32(60);
  const header = file.read(at, 24, 'the PE header');
  if (header.u32(0) !== 0x0000_4550) throw file.invalid('it is a DOS program without a PE header');
  const optional = file.read(at + 24, header.u16(20), 'the optional header');
  const bits = optional.length >= 2 ? widths[optional.u16(0)] : undefined;
  const directories = bits === 64 ? 112 : 96;
  if (bits === undefined || optional.length < directories) {
    throw file.invalid('its optional header is neither PE32 nor PE32+');
  }
  const sections = readSections(file, at + 24 + optional.length, header.u16(6));
  const machine = header.u16(4);
  const architecture = architectures[machine] ?? `machine-0x${machine.toString(16)}`;
  const flags = header.u16(22);
  return {
    format: 'pe',
    kind:
      flags & characteristic.library ? 'library' : flags & characteristic.executable ? 'executable' : 'other',
    bits,
    endianness: 'little',
    architecture,
    os: firmwareSubsystems.includes(optional.u16(68)) ? 'uefi' : 'windows',
    interpreter: undefined,
    libc: undefined,
    requiredGlibc: undefined,
    glibcSymbols: [],
    neededLibraries: readImports(file, sections, importTable(optional, directories)),
    soname: undefined,
    runPaths: [],
    architectures: [architecture],
  };
}

interface Section {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

function readSections(file: ByteReader, offset: number, count: number): Section[] {
  if (count > maxSections) throw file.invalid(`it claims ${count} sections`);
  const table = file.read(offset, count * 40, 'the section table');
  return Array.from({ length: count }, (_, index) => {
    const at = index * 40;
    const section = { address: table.u32(at + 12), size: table.u32(at + 16), offset: table.u32(at + 20) };
    // A section without bytes in the file can have any offset.
    if (section.offset !== 0) file.range(section.offset, section.size, `section ${String(index + 1)}`);
    return section;
  });
}

/** Returns the address of the import table relative to the image, or 0 if there are no imports. */
function importTable(optional: Fields, directories: number): number {
  const at = directories + importDirectory * 8;
  const count = optional.u32(directories - 4);
  return count > importDirectory && optional.length >= at + 8 ? optional.u32(at) : 0;
}

/**
 * Returns the DLLs in the import directory table ("Import Directory Table"), which ends with a zero entry.
 */
function readImports(file: ByteReader, sections: readonly Section[], table: number): string[] {
  if (table === 0) return [];
  const libraries: string[] = [];
  for (let address = table; libraries.length < maxLibraries; address += 20) {
    const [offset] = locate(file, sections, address, 'the import table');
    const nameAddress = file.read(offset, 20, 'the import table').u32(12);
    if (nameAddress === 0) return libraries;
    const [start, end] = locate(file, sections, nameAddress, 'the name of an imported library');
    libraries.push(file.name(start, end, 'the name of an imported library'));
  }
  throw file.invalid(`it imports more than ${maxLibraries} libraries`);
}

function locate(
  file: ByteReader,
  sections: readonly Section[],
  address: number,
  what: string,
): [offset: number, end: number] {
  const section = sections.find((one) => address >= one.address && address < one.address + one.size);
  if (!section)
    throw file.invalid(`${what} lies at the address 0x${address.toString(16)}, which no section holds`);
  return [section.offset + (address - section.address), section.offset + section.size];
}
