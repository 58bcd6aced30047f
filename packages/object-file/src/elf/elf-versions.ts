import { dynamicTag, type DynamicSection } from './elf-dynamic.js';
import { fileRange, type ElfImage } from './elf-image.js';
import { readDynamicSymbols } from './elf-symbols.js';
import { compareVersions, glibcRelease, isMarker } from '../model/glibc-version.js';
import type { GlibcRequirement } from '../model/object-file.js';

/** A symbol version that the dynamic loader must find before the file can run. */
export interface VersionNeed {
  readonly version: string;
  /** The index of this version in the symbol version table. */
  readonly index: number;
}

/** VER_FLG_WEAK: the loader starts the program even without this version. */
const weakVersion = 2;

/**
 * Returns the required versions (DT_VERNEED; LSB, "Symbol Version Requirements"), without weak ones. Links
 * between entries only point forward, so no chain is circular.
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
    let aux = at + BigInt(need.u32(8));
    for (let count = need.u16(2); count > 0; count--) {
      const entry = reader.read(aux, 16, what);
      if ((entry.u16(4) & weakVersion) === 0) {
        needs.push({ version: dynamic.string(entry.u32(8)), index: entry.u16(6) });
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

/** Returns a file's requirements of glibc by release, lowest first. */
export function glibcRequirements(
  image: ElfImage,
  dynamic: DynamicSection,
  needs: readonly VersionNeed[],
): GlibcRequirement[] {
  const symbolsByRelease = new Map<string, string[]>();
  const symbolsByIndex = new Map<number, string[]>();
  for (const { version, index } of needs) {
    const release = glibcRelease(version);
    if (release === undefined) continue;
    const symbols = symbolsByRelease.get(release) ?? [];
    symbolsByRelease.set(release, symbols);
    symbolsByIndex.set(index, symbols);
    if (isMarker(version)) symbols.push(version);
  }
  if (symbolsByIndex.size === 0) return [];
  for (const [index, name] of readDynamicSymbols(image, dynamic)) symbolsByIndex.get(index)?.push(name());
  return [...symbolsByRelease]
    .map(([version, symbols]) => ({ version, symbols: symbols.sort() }))
    .sort((a, b) => compareVersions(a.version, b.version));
}
