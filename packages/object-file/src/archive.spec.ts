import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { membersOf, readArchive } from './archive.js';
import { memorySource } from './bytes/byte-source.js';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-archive-'));
  writeFileSync(at('part.rs'), '#[unsafe(no_mangle)]\npub extern "C" fn part() {}\n');
  const flags = ['--crate-type=staticlib', '-O', '-o', at('libpart.a'), at('part.rs')];
  execFileSync('rustc', flags, { stdio: 'pipe' });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('lists the object files of a rustc library, all for the same architecture', () => {
  const members = readArchive(at('libpart.a'));
  expect(members.length).toBeGreaterThan(10);
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  expect(new Set(members.map(({ file }) => `${file.format} ${file.architecture}`))).toEqual(
    new Set([`elf ${architecture}`]),
  );
});

const header = (name: string, size: number) =>
  `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(size).padEnd(10)}\`\n`;

it.each<[string, string]>([
  ['another file', 'hello'],
  ['an empty archive', '!<arch>\n'],
  ['a member that is not an object file', `!<arch>\n${header('notes.txt/', 3)}abc\n`],
  ['a size beyond the end', `!<arch>\n${header('a.o/', 999)}\x7fELF`],
  ['a truncated header', '!<arch>\na.o'],
  ['a name longer than the member', `!<arch>\n${header('#1/99', 4)}\x7fELF`],
])('finds nothing in %s', (_, text) => {
  expect(membersOf(memorySource(Buffer.from(text, 'latin1'), 'x.a'))).toEqual([]);
});
