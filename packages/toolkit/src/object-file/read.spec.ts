import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MillwrightError } from '../errors.js';
import { compareVersions } from './model.js';
import { parseObjectFile, readObjectFile } from './read.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-object-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

function parseBytes(bytes: Buffer) {
  let reads = 0;
  const file = parseObjectFile({
    name: 'bytes',
    size: bytes.length,
    read: (offset, length) => {
      reads += 1;
      return Buffer.from(bytes.subarray(offset, offset + length));
    },
  });
  return { file, reads };
}

beforeAll(() => {
  writeFileSync(at('main.c'), '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n');
  writeFileSync(at('lib.c'), 'int answer(void) { return 42; }\n');
  const gcc = (...args: string[]) => execFileSync('gcc', args, { cwd: folder });
  gcc('-o', 'dynamic', 'main.c');
  gcc('-static', '-o', 'static', 'main.c');
  gcc('-shared', '-fPIC', '-o', 'shared.so', 'lib.c');
  gcc('-c', '-o', 'object.o', 'lib.c');
  gcc('-s', '-o', 'stripped', 'main.c');
  // Section headers gone, as sstrip leaves a file: offset, size, count and string index are zero.
  const bare = readFileSync(at('stripped'));
  bare.fill(0, 40, 48);
  bare.fill(0, 58, 64);
  writeFileSync(at('bare'), bare);
}, 60_000);

describe('ELF files that gcc makes', () => {
  it.each([
    ['dynamic', 'executable', '/lib64/ld-linux-x86-64.so.2', ['libc.so.6'], 'glibc'],
    ['stripped', 'executable', '/lib64/ld-linux-x86-64.so.2', ['libc.so.6'], 'glibc'],
    ['bare', 'executable', '/lib64/ld-linux-x86-64.so.2', ['libc.so.6'], 'glibc'],
    ['static', 'executable', undefined, [], undefined],
    ['object.o', 'object', undefined, [], undefined],
  ] as const)('%s', (name, kind, interpreter, neededLibraries, libc) => {
    const file = readObjectFile(at(name));
    expect(file).toMatchObject({
      format: 'elf',
      kind,
      bits: 64,
      endianness: 'little',
      architecture: 'x86_64',
      neededLibraries,
      libc,
    });
    expect(file.interpreter).toBe(interpreter);
  });

  it('knows a shared library from an executable', () => {
    expect(readObjectFile(at('shared.so')).kind).toBe('library');
  });

  it('names the highest glibc version and its symbols as readelf does, stripped or bare', () => {
    const needs = execFileSync('readelf', ['--version-info', '--wide', at('stripped')], { encoding: 'utf8' });
    const versions = [...needs.matchAll(/Name: GLIBC_([\d.]+)/g)].map((match) => match[1] ?? '');
    const highest = versions.sort(compareVersions).at(-1);
    for (const name of ['dynamic', 'stripped', 'bare']) {
      const file = readObjectFile(at(name));
      expect(file.requiredGlibc).toBe(highest);
      expect(file.glibcSymbols.flatMap(({ symbols }) => symbols)).toContain('puts');
      expect(file.glibcSymbols.at(-1)?.symbols).toContain('__libc_start_main');
    }
  });
});

describe('files that go makes for other platforms', () => {
  beforeAll(() => {
    writeFileSync(at('go.mod'), 'module example.org/tiny\n\ngo 1.22\n');
    writeFileSync(at('main.go'), 'package main\n\nfunc main() { println("x") }\n');
  });

  it.each([
    ['linux', '386', { format: 'elf', bits: 32, endianness: 'little', architecture: 'x86' }],
    ['linux', 'arm64', { format: 'elf', bits: 64, endianness: 'little', architecture: 'aarch64' }],
    ['linux', 's390x', { format: 'elf', bits: 64, endianness: 'big', architecture: 's390x' }],
    ['linux', 'mips', { format: 'elf', bits: 32, endianness: 'big', architecture: 'mips' }],
    [
      'darwin',
      'arm64',
      { format: 'mach-o', bits: 64, architecture: 'aarch64', interpreter: '/usr/lib/dyld' },
    ],
    [
      'windows',
      'amd64',
      { format: 'pe', bits: 64, architecture: 'x86_64', neededLibraries: ['kernel32.dll'] },
    ],
  ])(
    '%s/%s',
    (goos, goarch, expected) => {
      const out = at(`go-${goos}-${goarch}`);
      execFileSync('go', ['build', '-ldflags=-s -w', '-o', out, '.'], {
        cwd: folder,
        env: { ...process.env, GOOS: goos, GOARCH: goarch, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' },
      });
      expect(readObjectFile(out)).toMatchObject({ ...expected, kind: 'executable' });
    },
    180_000,
  );

  it('lists the slices of a universal Mach-O file', () => {
    const thin = readFileSync(at('go-darwin-arm64'));
    const header = Buffer.alloc(4096);
    header.writeUInt32BE(0xcafebabe, 0);
    header.writeUInt32BE(1, 4);
    header.writeUInt32BE(0x100000c, 8);
    header.writeUInt32BE(4096, 16);
    header.writeUInt32BE(thin.length, 20);
    expect(parseBytes(Buffer.concat([header, thin])).file.architectures).toEqual(['aarch64']);
  });
});

describe('files that are no object files', () => {
  it.each([
    ['an empty file', ''],
    ['a text', 'hello, this is no program'],
    ['a script', '#!/bin/sh\n'],
    ['a Java class', '\u00ca\u00fe\u00ba\u00be\0\0\0\u0041'],
    ['half a header', '\u007fELF\u0002\u0001'],
    ['a DOS stub', `MZ${'\0'.repeat(100)}`],
  ])('%s is refused', (_, text) => {
    expect(() => parseBytes(Buffer.from(text, 'latin1'))).toThrow(MillwrightError);
  });

  it('refuses a folder and a missing file', () => {
    expect(() => readObjectFile(folder)).toThrow(/OBJECT_FILE_INVALID/);
    expect(() => readObjectFile(at('nothing'))).toThrow(/OBJECT_FILE_INVALID/);
  });
});

describe('damaged files', () => {
  /** A small generator of its own, so that a failure can be repeated. */
  function* random(seed: number): Generator<number> {
    for (let state = seed; ;) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      yield state;
    }
  }

  const survive = (bytes: Buffer) => {
    try {
      return parseBytes(bytes).reads;
    } catch (error) {
      if (error instanceof MillwrightError && error.code === 'OBJECT_FILE_INVALID') return 0;
      throw error;
    }
  };

  it.each(['stripped', 'shared.so'])('%s: cut anywhere near its start, it is read or refused', (name) => {
    const bytes = readFileSync(at(name));
    for (let length = 0; length < 4096; length += 1) survive(bytes.subarray(0, length));
  });

  it.each(['stripped', 'go-darwin-arm64', 'go-windows-amd64'])(
    '%s: with flipped bytes, it is read or refused',
    (name) => {
      const original = readFileSync(at(name)).subarray(0, 400_000);
      const numbers = random(7);
      for (let round = 0; round < 1_500; round += 1) {
        const bytes = Buffer.from(original);
        for (let flip = 0; flip < 4; flip += 1) {
          const where = (numbers.next().value as number) % (round % 2 === 0 ? 1024 : bytes.length);
          bytes[where] = (numbers.next().value as number) & 0xff;
        }
        expect(survive(bytes)).toBeLessThan(200_000);
      }
    },
    60_000,
  );
});
