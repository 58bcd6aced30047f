import { dynamicTag, type DynamicSection } from './elf-dynamic.js';
import { fileRange, type ElfImage } from './elf-image.js';

/** The bit of a version index that hides a symbol from other files. */
const hiddenVersion = 0x8000;
/** s390x and Alpha: only their 64-bit ABIs have 64-bit words in DT_HASH. */
const wideHashMachines: readonly number[] = [22, 0x9026];

/**
 * Yields the dynamic symbols, each with its version index (LSB, "Symbol Version Table") and access to its
 * name.
 */
export function* readDynamicSymbols(
  image: ElfImage,
  dynamic: DynamicSection,
): Generator<readonly [version: number, name: () => string]> {
  const versionsAddress = dynamic.value(dynamicTag.symbolVersions);
  const symbolsAddress = dynamic.value(dynamicTag.symbolTable);
  if (versionsAddress === undefined || symbolsAddress === undefined) return;
  const { reader } = image;
  const count = symbolCount(image, dynamic, symbolsAddress, versionsAddress);
  const what = 'the symbol version table';
  const versions = reader.read(fileRange(image, versionsAddress, what).offset, count * 2, what);
  const symbols = fileRange(image, symbolsAddress, 'the dynamic symbol table').offset;
  const size = symbolSize(image);
  const name = (symbol: number) =>
    dynamic.string(reader.read(symbols + BigInt(symbol * size), size, 'a dynamic symbol').u32(0));
  for (let symbol = 0; symbol < count; symbol++) {
    yield [versions.u16(symbol * 2) & ~hiddenVersion, () => name(symbol)];
  }
}

function symbolSize(image: ElfImage): number {
  return image.bits === 64 ? 24 : 16;
}

/** Returns the number of symbols from the hash tables, because the dynamic section does not contain it. */
function symbolCount(
  image: ElfImage,
  dynamic: DynamicSection,
  symbolsAddress: bigint,
  versionsAddress: bigint,
): number {
  const hash = dynamic.value(dynamicTag.hash);
  if (hash !== undefined) return hashedSymbols(image, hash);
  const gnuHash = dynamic.value(dynamicTag.gnuHash);
  const count = gnuHash === undefined ? undefined : gnuHashedSymbols(image, gnuHash);
  if (count !== undefined) return count;
  return Math.min(
    Math.floor(room(image, dynamic, symbolsAddress) / symbolSize(image)),
    Math.floor(room(image, dynamic, versionsAddress) / 2),
  );
}

/** DT_HASH: the number of chains equals the number of symbols (System V gABI, "Hash Table"). */
function hashedSymbols(image: ElfImage, address: bigint): number {
  const { offset } = fileRange(image, address, 'the symbol hash table');
  const wide = image.bits === 64 && wideHashMachines.includes(image.machine);
  const header = image.reader.read(offset, wide ? 16 : 8, 'the symbol hash table');
  return wide ? Number(header.u64(8)) : header.u32(4);
}

/**
 * DT_GNU_HASH: the last symbol is the end of the chain with the highest start. Symbols before `first` are
 * not hashed. Returns undefined if nothing is hashed: GNU ld then writes 1 for `first`, regardless of the
 * number of symbols.
 */
function gnuHashedSymbols(image: ElfImage, address: bigint): number | undefined {
  const { reader } = image;
  const what = 'the GNU symbol hash table';
  const { offset, end } = fileRange(image, address, what);
  const header = reader.read(offset, 16, what);
  const [buckets, first, filterWords] = [header.u32(0), header.u32(4), header.u32(8)];
  const bucketsOffset = offset + 16n + BigInt(filterWords * (image.bits / 8));
  const table = reader.read(bucketsOffset, buckets * 4, what);
  let last = 0;
  for (let bucket = 0; bucket < buckets; bucket++) last = Math.max(last, table.u32(bucket * 4));
  if (last < first || last === 0) return first > 1 ? first : undefined;
  let chain = bucketsOffset + BigInt(buckets * 4) + BigInt(last - first) * 4n;
  while (chain + 4n <= end) {
    const words = Math.min(256, Number((end - chain) / 4n));
    const links = reader.read(chain, words * 4, what);
    for (let link = 0; link < words; link++, last++) {
      if (links.u32(link * 4) & 1) return last + 1;
    }
    chain += BigInt(words * 4);
  }
  throw reader.invalid('a chain of the GNU symbol hash table has no end');
}

/** Tags whose value is the address of a table. The next table bounds the previous one. */
const tableTags = [
  dynamicTag.hash,
  dynamicTag.stringTable,
  dynamicTag.symbolTable,
  dynamicTag.rela,
  dynamicTag.init,
  dynamicTag.fini,
  dynamicTag.rel,
  dynamicTag.jumpRelocations,
  dynamicTag.initArray,
  dynamicTag.finiArray,
  dynamicTag.relr,
  dynamicTag.gnuHash,
  dynamicTag.symbolVersions,
  dynamicTag.versionDefinitions,
  dynamicTag.versionNeeds,
];

/** Returns the number of bytes between a table and the next one in its segment. */
function room(image: ElfImage, dynamic: DynamicSection, address: bigint): number {
  const { offset, end } = fileRange(image, address, 'a symbol table');
  return tableTags
    .map((tag) => Number((dynamic.value(tag) ?? 0n) - address))
    .filter((distance) => distance > 0)
    .reduce((least, distance) => Math.min(least, distance), Number(end - offset));
}
