import type { ByteReader, Fields } from '../bytes/byte-reader.js';
import { dynamicTag, readDynamicSection, type DynamicSection } from './elf-dynamic.js';
import { readElfImage, segmentType, type ElfImage } from './elf-image.js';
import { elfArchitecture, elfSystem, type ElfNote } from './elf-names.js';
import { glibcRequirements, readVersionNeeds } from './elf-versions.js';
import { libcOf, systemOfLibc } from '../model/libc.js';
import type { ObjectFile, ObjectKind } from '../model/object-file.js';

/** e_type */
const types = { relocatable: 1, executable: 2, shared: 3 } as const;
/** DF_1_PIE in DT_FLAGS_1: an executable that is linked like a shared library. */
const positionIndependentExecutable = 0x0800_0000n;
/**
 * The most bytes of notes that are read of a file. Relevant notes have some dozen, build metadata can have more. Very many
 * segments can claim the same bytes.
 */
const maxNotesLength = 64 * 1024;

/** Parses an ELF file (System V gABI) through its segments, as the kernel and the dynamic loader do. */
export function parseElf(file: ByteReader): ObjectFile {
  const image = readElfImage(file);
  const dynamic = readDynamicSection(image);
  const interpreter = readInterpreter(image);
  const neededLibraries = dynamic?.strings(dynamicTag.needed) ?? [];
  const needs = dynamic ? readVersionNeeds(image, dynamic) : [];
  const glibcSymbols = dynamic ? glibcRequirements(image, dynamic, needs) : [];
  const soname = dynamic?.strings(dynamicTag.soname)[0];
  const kind = kindOf(image, dynamic, interpreter, soname);
  const linked = kind === 'executable' || kind === 'library';
  const versions = needs.map(({ version }) => version);
  const libc = linked ? libcOf(interpreter, neededLibraries, versions) : undefined;
  const runpath = dynamic?.strings(dynamicTag.runpath)[0] ?? dynamic?.strings(dynamicTag.rpath)[0];
  const architecture = elfArchitecture(image.machine, image.bits);
  return {
    format: 'elf',
    kind,
    bits: image.bits,
    endianness: image.endianness,
    architecture,
    os: elfSystem(image.osAbi, readNotes(image)) ?? (libc && systemOfLibc(libc)),
    interpreter,
    libc,
    requiredGlibc: glibcSymbols.at(-1)?.version,
    glibcSymbols,
    neededLibraries,
    soname,
    runPaths: runpath?.split(':').filter((folder) => folder !== '') ?? [],
    architectures: [architecture],
  };
}

/**
 * Determines the kind of file. glibc's libc.so.6 can be run but is a library: it has an interpreter and a
 * name.
 */
function kindOf(
  image: ElfImage,
  dynamic: DynamicSection | undefined,
  interpreter: string | undefined,
  soname: string | undefined,
): ObjectKind {
  if (image.type === types.relocatable) return 'object';
  if (image.type === types.executable) return 'executable';
  if (image.type !== types.shared) return 'other';
  const flags = dynamic?.value(dynamicTag.flags1) ?? 0n;
  if ((flags & positionIndependentExecutable) !== 0n) return 'executable';
  return interpreter !== undefined && soname === undefined ? 'executable' : 'library';
}

function readInterpreter(image: ElfImage): string | undefined {
  const segment = image.segments.find(({ type }) => type === segmentType.interpreter);
  if (!segment) return undefined;
  if (segment.fileSize === 0n) {
    throw image.reader.invalid(
      'its interpreter has no bytes: it holds the debug information of another file',
    );
  }
  return image.reader.name(segment.offset, segment.offset + segment.fileSize, 'the interpreter');
}

function readNotes(image: ElfImage): ElfNote[] {
  let left = maxNotesLength;
  return image.segments.flatMap(({ type, offset, fileSize }) => {
    if (type !== segmentType.note || fileSize > left) return [];
    left -= Number(fileSize);
    return [...notesIn(image.reader.read(offset, fileSize, 'the notes'))];
  });
}

/** Yields the notes of a segment (System V gABI, "Note Section"). Stops at one that exceeds its segment. */
function* notesIn(fields: Fields): Generator<ElfNote> {
  const padded = (size: number) => Math.ceil(size / 4) * 4;
  for (let at = 0; at + 12 <= fields.length;) {
    const owner = at + 12;
    const description = owner + padded(fields.u32(at));
    const end = description + padded(fields.u32(at + 4));
    if (end > fields.length) return;
    const word = end - description >= 4 ? fields.u32(description) : undefined;
    yield { owner: fields.text(owner), type: fields.u32(at + 8), word };
    at = end;
  }
}
