import { fileRange, segmentType, word, type ElfImage } from './elf-image.js';

/** Tags of the dynamic section (System V gABI, "Dynamic Section"; LSB, "Additional Dynamic Tags"). */
export const dynamicTag = {
  null: 0,
  needed: 1,
  hash: 4,
  stringTable: 5,
  symbolTable: 6,
  rela: 7,
  stringTableSize: 10,
  init: 12,
  fini: 13,
  soname: 14,
  rpath: 15,
  rel: 17,
  jumpRelocations: 23,
  initArray: 25,
  finiArray: 26,
  runpath: 29,
  relr: 36,
  gnuHash: 0x6ffffef5,
  symbolVersions: 0x6ffffff0,
  flags1: 0x6ffffffb,
  versionDefinitions: 0x6ffffffc,
  versionNeeds: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
} as const;

/**
 * The dynamic section of an ELF file. It is found by its segment, so that no section header is required.
 */
export interface DynamicSection {
  value(tag: number): bigint | undefined;
  values(tag: number): readonly bigint[];
  /** Returns an entry of the dynamic string table. */
  string(offset: Offset): string;
  /** Returns the strings of all entries with a tag. */
  strings(tag: number): string[];
}

type Offset = number | bigint;

/** Returns undefined for a file that is not dynamically linked. */
export function readDynamicSection(image: ElfImage): DynamicSection | undefined {
  const segment = image.segments.find(({ type }) => type === segmentType.dynamic);
  if (!segment) return undefined;
  const table = image.reader.table(segment.offset, segment.fileSize, 'the dynamic section');
  const width = image.bits / 8;
  const entries = new Map<number, bigint[]>();
  for (let at = 0; at + 2 * width <= table.length; at += 2 * width) {
    const tag = Number(word(table, at, image.bits));
    if (tag === dynamicTag.null) break;
    const value = word(table, at + width, image.bits);
    const values = entries.get(tag);
    if (values) values.push(value);
    else entries.set(tag, [value]);
  }
  const values = (tag: number) => entries.get(tag) ?? [];
  const value = (tag: number) => values(tag)[0];
  const string = stringTable(image, value);
  return { value, values, string, strings: (tag) => values(tag).map(string) };
}

/** Looks up the string table on first use, because a static program may have none. */
function stringTable(
  image: ElfImage,
  value: (tag: number) => bigint | undefined,
): (offset: Offset) => string {
  let table: { readonly offset: bigint; readonly end: bigint } | undefined;
  const find = () => {
    const address = value(dynamicTag.stringTable);
    if (address === undefined) throw image.reader.invalid('its dynamic section names no string table');
    const { offset, end } = fileRange(image, address, 'the dynamic string table');
    const size = value(dynamicTag.stringTableSize);
    return { offset, end: size !== undefined && offset + size < end ? offset + size : end };
  };
  return (index) => {
    table ??= find();
    return image.reader.name(table.offset + BigInt(index), table.end, 'a name in the dynamic string table');
  };
}
