import { listSections, ObjectFileError, type SectionPlace } from '@millwright/object-file';
import { readRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';

/** How a rebuilt file differs from an artifact. */
export interface FileDifference {
  /**
   * The first section that differs, in the order of the file; undefined if the file has no sections, or if only bytes
   * outside of them differ, such as headers.
   */
  readonly section: string | undefined;
  /** The offset of the first byte that differs, in the section, or in the file without one. */
  readonly offset: number;
  /** The number of bytes of the section, or of the file without one, in both files. */
  readonly sizes: { readonly artifact: number; readonly rebuilt: number };
  /** The text around that byte in both files, if it is text: often a path or a version. */
  readonly texts: { readonly artifact: string; readonly rebuilt: string } | undefined;
  /** Every section that differs. */
  readonly sections: readonly string[];
}

/** Sections with a digest of other sections. They differ whenever something else does. */
const digests: ReadonlySet<string> = new Set(['.note.gnu.build-id', '.note.go.buildid']);

/**
 * Compares a rebuilt file with an artifact; undefined if all bytes are equal. Sections of ELF, Mach-O and PE files are
 * compared one by one; other files as one piece.
 * @throws MillwrightError ARTIFACTS_SOURCE_MISSING if a file cannot be read
 */
export async function compareFiles(artifact: string, rebuilt: string): Promise<FileDifference | undefined> {
  const [ours, theirs] = [read(artifact), read(rebuilt)];
  const whole = firstDifference(ours, theirs);
  if (whole === undefined) return undefined;
  const differing = differingSections(
    { bytes: ours, sections: await sectionsOf(artifact) },
    { bytes: theirs, sections: await sectionsOf(rebuilt) },
  );
  const first = differing.find(({ name }) => !digests.has(name)) ?? differing[0];
  const [left, right, offset] =
    first === undefined ? [ours, theirs, whole] : [first.ours, first.theirs, first.offset];
  return {
    section: first?.name,
    offset,
    sizes: { artifact: left.length, rebuilt: right.length },
    texts: textsAround(left, right, offset),
    sections: differing.map(({ name }) => name),
  };
}

/** Describes a difference in one line. */
export function describeDifference({ section, offset, sizes, texts, sections }: FileDifference): string {
  const where = section === undefined ? 'no section' : `section ${section}`;
  const size =
    sizes.artifact === sizes.rebuilt
      ? `${sizes.artifact} bytes`
      : `${sizes.artifact} bytes in the artifact, ${sizes.rebuilt} rebuilt`;
  const text =
    texts === undefined
      ? ''
      : `: ${JSON.stringify(texts.artifact)} in the artifact, ${JSON.stringify(texts.rebuilt)} rebuilt`;
  const others = sections.filter((name) => name !== section);
  return [
    `first difference: ${where}, byte ${offset} (${size})${text}`,
    ...(others.length === 0 ? [] : [`other sections that differ: ${others.join(', ')}`]),
  ].join('\n');
}

/** The maximum size of a file to compare: what one buffer can hold everywhere. */
const limit = 2 ** 31 - 1;

function read(path: string): Buffer {
  const { bytes, failure } = readRegularFile(path, { limit });
  if (bytes !== undefined) return bytes;
  throw artifactError('ARTIFACTS_SOURCE_MISSING', { what: `cannot read ${path}`, why: failure.why });
}

interface Sectioned {
  readonly bytes: Buffer;
  readonly sections: readonly SectionPlace[];
}

interface DifferingSection {
  readonly name: string;
  readonly ours: Buffer;
  readonly theirs: Buffer;
  readonly offset: number;
}

/** Pairs sections by name; a name that occurs several times is paired in order. */
function differingSections(artifact: Sectioned, rebuilt: Sectioned): DifferingSection[] {
  const left = Map.groupBy(artifact.sections, ({ name }) => name);
  const right = Map.groupBy(rebuilt.sections, ({ name }) => name);
  const pairs = [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [mine, other] = [left.get(name) ?? [], right.get(name) ?? []];
    return Array.from({ length: Math.max(mine.length, other.length) }, (_, index) => ({
      name,
      place: mine[index]?.offset ?? Infinity,
      ours: bytesOf(artifact.bytes, mine[index]),
      theirs: bytesOf(rebuilt.bytes, other[index]),
    }));
  });
  return pairs
    .flatMap((pair) => {
      const offset = firstDifference(pair.ours, pair.theirs);
      return offset === undefined ? [] : [{ ...pair, offset }];
    })
    .sort((one, other) => one.place - other.place);
}

function bytesOf(bytes: Buffer, section: SectionPlace | undefined): Buffer {
  return section === undefined
    ? Buffer.alloc(0)
    : bytes.subarray(section.offset, section.offset + section.size);
}

async function sectionsOf(path: string): Promise<readonly SectionPlace[]> {
  try {
    return await listSections(path);
  } catch (error) {
    if (error instanceof ObjectFileError) return [];
    throw error;
  }
}

const chunk = 64 * 1024;

/** The index of the first byte that differs; undefined if all bytes are equal. */
function firstDifference(left: Buffer, right: Buffer): number | undefined {
  const length = Math.min(left.length, right.length);
  for (let start = 0; start < length; start += chunk) {
    const end = Math.min(start + chunk, length);
    if (left.compare(right, start, end, start, end) === 0) continue;
    for (let at = start; at < end; at++) if (left[at] !== right[at]) return at;
  }
  return left.length === right.length ? undefined : length;
}

/** The shortest text that is worth printing, and the longest. */
const [leastText, mostText] = [4, 120];

function textsAround(left: Buffer, right: Buffer, at: number): FileDifference['texts'] {
  const [artifact, rebuilt] = [textAround(left, at), textAround(right, at)];
  return artifact === undefined || rebuilt === undefined ? undefined : { artifact, rebuilt };
}

function textAround(bytes: Buffer, at: number): string | undefined {
  const isText = (index: number) => (bytes[index] ?? 0) >= 0x20 && (bytes[index] ?? 0) < 0x7f;
  let [start, end] = [at, at];
  while (at - start < mostText / 2 && isText(start - 1)) start--;
  while (end - at < mostText / 2 && isText(end)) end++;
  return end - start < leastText ? undefined : bytes.toString('latin1', start, end);
}
