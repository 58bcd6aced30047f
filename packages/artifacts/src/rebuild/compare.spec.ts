import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareFiles, describeDifference } from './compare.js';

const sizes = { '.note.gnu.build-id': 20, '.text': 70_000, '.rodata': 100, '.bss': 1000 };
const headerSize = 64;
const program = elf();
let folder: string;
const at = (name: string) => join(folder, name);

/** A small ELF file: the header, the sections in the order of `sizes`, their names, and the section table. */
function elf(): Buffer {
  const names = ['', ...Object.keys(sizes), '.shstrtab'];
  const texts = Buffer.from(names.map((name) => `${name}\0`).join(''));
  const header = Buffer.alloc(headerSize);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  const parts = [header];
  const table = names.map((name) => {
    const entry = Buffer.alloc(64);
    const bytes =
      name === '.shstrtab' ? texts : Buffer.alloc(new Map(Object.entries(sizes)).get(name) ?? 0, '.');
    entry.writeUInt32LE(texts.indexOf(`${name}\0`), 0);
    entry.writeUInt32LE(name === '.bss' ? 8 : 1, 4);
    entry.writeBigUInt64LE(BigInt(Buffer.concat(parts).length), 24);
    entry.writeBigUInt64LE(BigInt(bytes.length), 32);
    if (name !== '.bss') parts.push(bytes);
    return entry;
  });
  header.writeBigUInt64LE(BigInt(Buffer.concat(parts).length), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(names.length, 60);
  header.writeUInt16LE(names.length - 1, 62);
  return Buffer.concat([...parts, ...table]);
}

/** The offset of a section in the file. */
function offsetOf(section: keyof typeof sizes): number {
  const names = Object.keys(sizes);
  return Object.values(sizes)
    .slice(0, names.indexOf(section))
    .reduce((sum, size) => sum + size, headerSize);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
  writeFileSync(at('artifact'), program);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a copy with one byte changed at each offset, and compares both files. */
function compareChanged(...offsets: readonly number[]) {
  const bytes = Buffer.from(program);
  for (const offset of offsets) bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  writeFileSync(at('rebuilt'), bytes);
  return compareFiles(at('artifact'), at('rebuilt'));
}

it('finds no difference between equal files', async () => {
  expect(await compareChanged()).toBeUndefined();
});

it('names the section and the byte in it', async () => {
  const difference = await compareChanged(offsetOf('.text') + 66_000);
  expect(difference).toMatchObject({ section: '.text', offset: 66_000, sections: ['.text'] });
});

it('does not name the digest of other sections first', async () => {
  const difference = await compareChanged(offsetOf('.note.gnu.build-id'), offsetOf('.rodata'));
  expect(difference).toMatchObject({ section: '.rodata', sections: ['.note.gnu.build-id', '.rodata'] });
});

it('names a section that only one file has', async () => {
  writeFileSync(
    at('rebuilt'),
    Buffer.from(program.toString('latin1').replace('.rodata', '.dodata'), 'latin1'),
  );
  expect(await compareFiles(at('artifact'), at('rebuilt'))).toMatchObject({
    section: '.rodata',
    sizes: { artifact: sizes['.rodata'], rebuilt: 0 },
    sections: ['.rodata', '.shstrtab', '.dodata'],
  });
});

it('finds differences outside of sections', async () => {
  const offset = 10;
  expect(await compareChanged(offset)).toMatchObject({ section: undefined, offset, sections: [] });
});

it.each([
  ['a changed text', 'made at 12:00 in /home/a', 'made at 12:00 in /home/b', 23],
  ['a longer text', 'made at 12:00', 'made at 12:00:01', 13],
])('shows %s of a file without sections', async (_, artifact, rebuilt, offset) => {
  writeFileSync(at('text'), artifact);
  writeFileSync(at('other'), rebuilt);
  const difference = await compareFiles(at('text'), at('other'));
  expect(difference).toMatchObject({ section: undefined, offset, texts: { artifact, rebuilt } });
  expect(difference && describeDifference(difference)).toContain(JSON.stringify(rebuilt));
});
