import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { readObjectFile } from './read.js';
import { output, Samples } from './samples.spec.helper.js';
import { readSection } from './sections.js';

let samples: Samples;
beforeAll(async () => {
  samples = await Samples.create();
});
afterAll(() => samples.dispose());

const elf = { format: 'elf', interpreter: undefined, libc: 'none', neededLibraries: [] };
const machO = {
  format: 'mach-o',
  bits: 64,
  endianness: 'little',
  os: 'darwin',
  interpreter: '/usr/lib/dyld',
  libc: undefined,
};
const pe = {
  format: 'pe',
  endianness: 'little',
  os: 'windows',
  neededLibraries: ['kernel32.dll'],
  libc: undefined,
};

const targets = [
  ['linux', 'amd64', { ...elf, bits: 64, endianness: 'little', architecture: 'x86_64' }, 'x86-64'],
  ['linux', 'arm64', { ...elf, bits: 64, endianness: 'little', architecture: 'aarch64' }, 'aarch64'],
  ['linux', '386', { ...elf, bits: 32, endianness: 'little', architecture: 'x86' }, '80386'],
  ['linux', 'arm', { ...elf, bits: 32, endianness: 'little', architecture: 'arm' }, 'arm'],
  ['linux', 's390x', { ...elf, bits: 64, endianness: 'big', architecture: 's390x' }, 's/390'],
  ['linux', 'mips', { ...elf, bits: 32, endianness: 'big', architecture: 'mips' }, 'mips'],
  ['linux', 'ppc64le', { ...elf, bits: 64, endianness: 'little', architecture: 'powerpc64' }, 'powerpc'],
  ['linux', 'riscv64', { ...elf, bits: 64, endianness: 'little', architecture: 'riscv64' }, 'risc-v'],
  ['darwin', 'amd64', { ...machO, architecture: 'x86_64' }, 'x86_64'],
  ['darwin', 'arm64', { ...machO, architecture: 'aarch64' }, 'arm64'],
  ['windows', 'amd64', { ...pe, bits: 64, architecture: 'x86_64' }, 'x86-64'],
  ['windows', 'arm64', { ...pe, bits: 64, architecture: 'aarch64' }, 'aarch64'],
  ['windows', '386', { ...pe, bits: 32, architecture: 'x86' }, '80386'],
] as const;

describeWithTool(describe, ['go', 'file'], 'programs that Go builds', () => {
  it.each(targets)('for %s/%s are parsed', async (goos, goarch, expected, inWords) => {
    const path = await samples.go(goos, goarch);
    const object = await readObjectFile(path);
    expect(object).toMatchObject({ ...expected, kind: 'executable', requiredGlibc: undefined });

    const section = { elf: '.go.buildinfo', 'mach-o': '__go_buildinfo', pe: '.data' }[object.format];
    expect(Buffer.from((await readSection(path, section, 65_536)) ?? []).includes('Go buildinf:')).toBe(true);
    expect(await readSection(path, '.no-such-section')).toBeUndefined();

    const described = (await output('file', ['--brief', path])).toLowerCase();
    expect(described).toContain(inWords);
    expect(described).toContain({ elf: 'elf', 'mach-o': 'mach-o', pe: 'pe32' }[object.format]);
  });

  it('for two architectures in a universal Mach-O file are both listed', async () => {
    const thin = [await samples.go('darwin', 'amd64'), await samples.go('darwin', 'arm64')] as const;
    for (const [name, wide] of [
      ['universal', false],
      ['universal-64', true],
    ] as const) {
      const path = samples.path(name);
      await writeFile(
        path,
        universal(
          thin.map((part) => samples.bytes(part)),
          wide,
        ),
      );
      // file(1) supports only the 32-bit table.
      if (!wide) expect(await output('file', ['--brief', path])).toContain('2 architectures');
      const [first] = thin;
      expect(await readObjectFile(path)).toEqual({
        ...(await readObjectFile(first)),
        architectures: ['x86_64', 'aarch64'],
      });
    }
  });
});

/** Combines thin Mach-O files, as `lipo` does (<mach-o/fat.h>): big-endian, each slice page-aligned. */
function universal(parts: readonly Uint8Array[], wide: boolean): Uint8Array {
  const page = 0x4000;
  const table = Buffer.alloc(page);
  table.writeUInt32BE(wide ? 0xcafebabf : 0xcafebabe, 0);
  table.writeUInt32BE(parts.length, 4);
  const pieces: Uint8Array[] = [table];
  let offset = page;
  parts.forEach((part, index) => {
    const at = 8 + index * (wide ? 32 : 20);
    const header = Buffer.from(part);
    table.writeUInt32BE(header.readUInt32LE(4), at);
    table.writeUInt32BE(header.readUInt32LE(8), at + 4);
    if (wide) {
      table.writeBigUInt64BE(BigInt(offset), at + 8);
      table.writeBigUInt64BE(BigInt(part.length), at + 16);
      table.writeUInt32BE(14, at + 24);
    } else {
      table.writeUInt32BE(offset, at + 8);
      table.writeUInt32BE(part.length, at + 12);
      table.writeUInt32BE(14, at + 16);
    }
    const padding = Buffer.alloc((page - (part.length % page)) % page);
    pieces.push(part, padding);
    offset += part.length + padding.length;
  });
  return Buffer.concat(pieces);
}
