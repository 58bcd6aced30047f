import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { readBudget } from './bytes/byte-reader.js';
import { memorySource, type ByteSource } from './bytes/byte-source.js';
import { ObjectFileError } from './bytes/object-file-error.js';
import { dynamicTag } from './elf/elf-dynamic.js';
import { parseObjectFile } from './read.js';
import { countingSource, withBytesReplaced, Samples } from './samples.spec.helper.js';

let samples: Samples;
beforeAll(async () => {
  samples = await Samples.create();
});
afterAll(() => samples.dispose());

/** Returns why the file was rejected, if it was. Any other error, or too much work, fails the test. */
function refusal(source: ByteSource): string | undefined {
  const { source: watched, work } = countingSource(source);
  try {
    parseObjectFile(watched);
    return undefined;
  } catch (error) {
    if (error instanceof ObjectFileError) return error.why;
    throw error;
  } finally {
    expect(work.bytes).toBeLessThanOrEqual(readBudget);
    expect(work.reads).toBeLessThanOrEqual(readBudget / 64);
  }
}

const refusalOf = (bytes: Uint8Array) => refusal(memorySource(bytes, 'sample'));

/**
 * A deterministic pseudo-random sequence (a linear congruential generator; Numerical Recipes, "Random
 * Numbers").
 */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

const source = '#include <stdio.h>\nint main(void) { puts("mill"); return 0; }\n';
const makers = {
  'an ELF program': { tools: ['gcc'], make: () => samples.c('program', source) },
  'an ELF library': { tools: ['gcc'], make: () => samples.c('library', source, ['-shared', '-fPIC']) },
  'an ELF object': { tools: ['gcc'], make: () => samples.c('object', source, ['-c']) },
  'a big-endian 32-bit ELF program': { tools: ['go'], make: () => samples.go('linux', 'mips') },
  'a Mach-O program': { tools: ['go'], make: () => samples.go('darwin', 'arm64') },
  'a PE program': { tools: ['go'], make: () => samples.go('windows', 'amd64') },
};

for (const [name, { tools, make }] of Object.entries(makers)) {
  describeWithTool(describe, tools, `${name}, damaged`, () => {
    let bytes: Uint8Array;
    beforeAll(async () => {
      bytes = samples.bytes(await make());
    });

    it('is rejected if truncated at any offset', () => {
      expect(refusalOf(bytes)).toBeUndefined();
      const early = Array.from({ length: Math.min(4096, bytes.length) }, (_, length) => length);
      const late = Array.from({ length: 64 }, (_, part) => Math.floor((bytes.length * part) / 64));
      for (const length of [...early, ...late, bytes.length - 1]) {
        expect(refusalOf(bytes.subarray(0, length)), `the first ${length} bytes`).toBeDefined();
      }
    });

    it('is parsed or rejected within the budget, regardless of which bytes are wrong', () => {
      const random = numbers(bytes.length);
      const next = (below: number) => random.next().value % below;
      // Most parsed bytes are near the start. The other changes may be anywhere.
      const reach = [256, 1024, 4096, bytes.length].map((end) => Math.min(end, bytes.length));
      let refused = 0;
      for (let round = 0; round < 3000; round++) {
        const original = new Map<number, number>();
        for (let flips = 1 + next(4); flips > 0; flips--) {
          const at = next(reach[round % reach.length] ?? 1);
          if (!original.has(at)) original.set(at, bytes[at] ?? 0);
          bytes[at] = [0x00, 0x01, 0x7f, 0x80, 0xff, next(256)][next(6)] ?? 0;
        }
        if (refusalOf(bytes) !== undefined) refused++;
        for (const [at, byte] of original) bytes[at] = byte;
      }
      expect(refused).toBeGreaterThan(0);
    });
  });
}

/**
 * Returns a 64-bit little-endian ELF library with one segment that maps the whole file, with addresses
 * equal to offsets.
 */
function elf(
  dynamic: readonly (readonly [tag: number, value: number | bigint])[],
  contents: Readonly<Record<number, readonly number[]>> = {},
  size = 0x2000,
): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 3, true);
  view.setUint16(18, 62, true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  const segment = (at: number, type: number, offset: number, length: number) => {
    view.setUint32(at, type, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(offset), true);
    view.setBigUint64(at + 32, BigInt(length), true);
  };
  segment(64, 1, 0, size);
  segment(120, 2, 0x200, dynamic.length * 16);
  dynamic.forEach(([tag, value], index) => {
    view.setBigUint64(0x200 + index * 16, BigInt(tag), true);
    view.setBigUint64(0x208 + index * 16, BigInt(value), true);
  });
  for (const [offset, words] of Object.entries(contents)) {
    words.forEach((word, index) => {
      view.setUint32(Number(offset) + index * 4, word, true);
    });
  }
  return bytes;
}

const at = { strings: 0x400, needs: 0x600, symbols: 0x800, versions: 0xa00, hash: 0xc00 };
const strings = [
  [dynamicTag.stringTable, at.strings],
  [dynamicTag.stringTableSize, 0x100],
] as const;
const versioned = [
  ...strings,
  [dynamicTag.versionNeeds, at.needs],
  [dynamicTag.versionNeedCount, 1],
  [dynamicTag.symbolTable, at.symbols],
  [dynamicTag.symbolVersions, at.versions],
] as const;
/**
 * One required version, GLIBC_2.34 with index 2, of one library. The names are at offsets 1 and 16 of the
 * strings.
 */
const names = { [at.strings]: words('\0libc.so.6'.padEnd(16, '\0') + 'GLIBC_2.34\0') };
const oneNeed = { [at.needs]: [0x0001_0001, 1, 16, 0], [at.needs + 16]: [0, 0x0002_0000, 16, 0] };

function words(content: string): number[] {
  const padded = Buffer.from(content.padEnd(Math.ceil(content.length / 4) * 4, '\0'), 'latin1');
  return Array.from({ length: padded.length / 4 }, (_, index) => padded.readUInt32LE(index * 4));
}

describe('malicious ELF files', () => {
  it('is based on a valid file', () => {
    const bytes = elf([...versioned, [dynamicTag.hash, at.hash]], {
      ...names,
      ...oneNeed,
      [at.hash]: [1, 2],
      [at.versions]: [0x0002_0000],
      [at.symbols + 24]: [1],
    });
    const { glibcSymbols } = parseObjectFile(memorySource(bytes, 'sample'));
    expect(glibcSymbols).toEqual([{ version: '2.34', symbols: ['libc.so.6'] }]);
  });

  it.each([
    [
      'a segment beyond 2^53',
      withBytesReplaced(elf([]), { 72: [0, 0, 0, 0, 0, 0, 0xf0, 0xff] }),
      'a loadable segment',
    ],
    [
      'section headers beyond 2^53',
      withBytesReplaced(elf([]), { 46: [0xff, 0xff] }),
      'the table of section headers',
    ],
    ['65535 program headers', withBytesReplaced(elf([]), { 56: [0xfe, 0xff] }), 'would be 36'],
    ['program headers of 8 bytes', withBytesReplaced(elf([]), { 54: [8, 0] }), 'only 8 bytes each'],
    [
      'a segment count without a section',
      withBytesReplaced(elf([]), { 56: [0xff, 0xff] }),
      'in a section that is not there',
    ],
    ['a dynamic section of 2^62 bytes', withBytesReplaced(elf([]), { 159: [0x40] }), 'the dynamic section'],
    ['a library without string table', elf([[dynamicTag.needed, 1]]), 'names no string table'],
    [
      'strings outside all segments',
      elf([
        [dynamicTag.needed, 1],
        [dynamicTag.stringTable, 0xffff_ffff_ffff_0000n],
      ]),
      'which no segment holds',
    ],
    ['a name outside its table', elf([...strings, [dynamicTag.needed, 0x1000]]), 'a name in the dynamic'],
    [
      'an unterminated name',
      elf([...strings, [dynamicTag.needed, 0]], { [at.strings]: Array<number>(64).fill(0x61616161) }),
      'has no end',
    ],
    [
      '65535 versions in a chain beyond the file',
      elf(versioned, {
        ...names,
        ...oneNeed,
        [at.needs]: [0xffff_0001, 1, 16, 0],
        [at.needs + 16]: [0, 0, 16, 0xffff_fff0],
      }),
      'the table of needed symbol versions',
    ],
    [
      'a chain of requirements that wraps around',
      elf([...versioned.slice(0, 3), [dynamicTag.versionNeedCount, -1n & 0xffff_ffff_ffff_ffffn]], {
        ...names,
        ...oneNeed,
        [at.needs]: [0x0001_0001, 1, 16, 0xffff_ffff],
      }),
      'the table of needed symbol versions',
    ],
    [
      '2^32 - 1 symbols',
      elf([...versioned, [dynamicTag.hash, at.hash]], { ...names, ...oneNeed, [at.hash]: [1, 0xffff_ffff] }),
      'the symbol version table',
    ],
    [
      '2^32 - 1 buckets',
      elf([...versioned, [dynamicTag.gnuHash, at.hash]], {
        ...names,
        ...oneNeed,
        [at.hash]: [0xffff_ffff, 1, 1, 0],
      }),
      'the GNU symbol hash table',
    ],
    [
      'an unterminated bucket chain',
      elf([...versioned, [dynamicTag.gnuHash, at.hash]], {
        ...names,
        ...oneNeed,
        [at.hash]: [1, 1, 1, 0, 0, 0, 1],
      }),
      'has no end',
    ],
  ])('rejects %s', (_, bytes, why) => {
    expect(refusalOf(bytes)).toContain(why);
  });

  it('reads the notes of few of very many segments that claim the same bytes', () => {
    const [count, header, size] = [18_000, 56, 64 * 1024];
    const bytes = elf([], {}, 0x20_0000);
    const view = new DataView(bytes.buffer);
    view.setUint16(56, count, true);
    // Zeros are empty notes: as many as a segment can hold.
    const notes = 64 + count * header;
    for (let segment = 0; segment < count; segment++) {
      const offset = 64 + segment * header;
      view.setUint32(offset, 4, true);
      view.setBigUint64(offset + 8, BigInt(notes), true);
      view.setBigUint64(offset + 32, BigInt(size), true);
    }
    const { source: watched, work } = countingSource(memorySource(bytes, 'sample'));
    expect(parseObjectFile(watched)).toMatchObject({ format: 'elf' });
    expect(work.bytes).toBeLessThan(count * header + 2 * size);
  });

  it('stops at the budget if overlapping chains repeat the same entries', () => {
    // Each requirement is one byte further, with a chain of versions one byte apart over the same bytes.
    const bytes = elf(
      [...versioned.slice(0, 3), [dynamicTag.versionNeedCount, 0xffff_ffff]],
      { [at.strings]: [0] },
      0x40_0000,
    );
    const view = new DataView(bytes.buffer);
    for (let offset = at.needs; offset + 16 < bytes.length; offset += 16) {
      view.setUint16(offset + 2, 0xffff, true);
      view.setUint32(offset + 8, 0, true);
      view.setUint32(offset + 12, 16, true);
    }
    expect(refusalOf(bytes)).toContain('16 MiB');
  });
});
