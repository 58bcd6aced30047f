import { compareVersions, glibcRelease } from './glibc-version.js';
import { dynamicTag, type DynamicSection } from './elf-dynamic.js';
import { fileRange, type ElfImage } from './elf-image.js';
import { readDynamicSymbols } from './elf-symbols.js';

/** A symbol version that the dynamic loader must find in a library before the file can run. */
export interface VersionNeed {
  readonly library: string;
  readonly version: string;
  /** What the symbols of this version bear in the symbol version table. */
  readonly index: number;
}

/** A glibc symbol version that a file needs, and the symbols it needs of it. */
export interface GlibcNeed {
  /** The symbol version: `GLIBC_2.34`, or a marker such as `GLIBC_ABI_DT_RELR`, which has no symbols. */
  readonly version: string;
  /** The glibc release that has it, such as `2.34`. */
  readonly release: string;
  readonly library: string;
  readonly symbols: readonly string[];
}

/** VER_FLG_WEAK: the loader starts the program without this version. */
const weakVersion = 2;

/**
 * The needed versions (DT_VERNEED; LSB, "Symbol Version Requirements"), without those that the loader can do
 * without. Links between entries only lead forward, so that no chain is circular.
 */
export function readVersionNeeds(image: ElfImage, dynamic: DynamicSection): VersionNeed[] {
  const address = dynamic.value(dynamicTag.versionNeeds);
  if (address === undefined) return [];
  const { reader } = image;
  const what = 'the table of needed symbol versions';
  const needs: VersionNeed[] = [];
  let at = fileRange(image, address, what).offset;
  for (let left = dynamic.value(dynamicTag.versionNeedCount) ?? 0n; left > 0n; left--) {
    const need = reader.read(at, 16, what);
    const library = dynamic.string(need.u32(4));
    let aux = at + BigInt(need.u32(8));
    for (let count = need.u16(2); count > 0; count--) {
      const entry = reader.read(aux, 16, what);
      if ((entry.u16(4) & weakVersion) === 0) {
        needs.push({ library, version: dynamic.string(entry.u32(8)), index: entry.u16(6) });
      }
      const next = entry.u32(12);
      if (next === 0) break;
      aux += BigInt(next);
    }
    const next = need.u32(12);
    if (next === 0) break;
    at += BigInt(next);
  }
  return needs;
}

/** What a file needs of glibc above a release, the highest first. */
export function glibcNeedsAbove(image: ElfImage, dynamic: DynamicSection, floor: string): GlibcNeed[] {
  const above = readVersionNeeds(image, dynamic).flatMap((need) => {
    const release = glibcRelease(need.version);
    return release !== undefined && compareVersions(release, floor) > 0 ? [{ ...need, release }] : [];
  });
  if (above.length === 0) return [];
  const namesByIndex = new Map<number, string[]>(above.map(({ index }) => [index, []]));
  for (const [index, name] of readDynamicSymbols(image, dynamic)) namesByIndex.get(index)?.push(name());
  return above
    .map(({ version, release, library, index }) => ({
      version,
      release,
      library,
      symbols: (namesByIndex.get(index) ?? []).sort(),
    }))
    .sort((a, b) => compareVersions(b.release, a.release));
}
