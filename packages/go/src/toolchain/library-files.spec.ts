import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { libraryFiles } from './library-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-libraries-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text = ''): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const nothing = { packages: [], libraries: [], folders: [] };

it('returns nothing if no library is named', () => {
  expect(libraryFiles(nothing, ['x86_64-linux-gnu-'], {})).toEqual([]);
});

it('returns the .pc files of a package and its requirements, and the libraries they link', () => {
  const one = write(
    'pc/one.pc',
    `prefix=${folder}\nlibdir=\${prefix}/lib\nName: one\nRequires: two >= 1.0, three\nLibs: -L\${libdir} -lone\n`,
  );
  const two = write('pc/two.pc', 'Name: two\nLibs: -ltwo\n');
  const library = write('lib/libone.a');
  const second = write('lib/libtwo.so');
  write('lib/libother.a');
  const env = { PKG_CONFIG_LIBDIR: join(folder, 'pc') };
  expect(libraryFiles({ ...nothing, packages: ['one'] }, [], env)).toEqual(
    [library, second, one, two].sort(),
  );
});

it('finds libraries by name in folders from flags, the environment and the settings of go', () => {
  const [a, b, c] = [write('a/libx.a'), write('b/libx.so'), write('c/y.a')];
  write('b/x.a');
  const requested = { ...nothing, libraries: ['x', ':y.a'], folders: [join(folder, 'a')] };
  expect(libraryFiles(requested, [], { LIBRARY_PATH: `${join(folder, 'b')}:${join(folder, 'c')}` })).toEqual([
    a,
    b,
    c,
  ]);
  const settings = new Map([['PKG_CONFIG_PATH', join(folder, 'pc')]]);
  const description = write('pc/z.pc', 'Name: z\n');
  expect(libraryFiles({ ...nothing, packages: ['z'] }, [], {}, settings)).toEqual([description]);
});

it('a description in which each variable names the next one many times is read in linear time', () => {
  const names = Array.from({ length: 12 }, (_, at) => `a${at + 1}=${`\${a${at}}`.repeat(20)}\n`).join('');
  const described = write('pc/one.pc', `a0=x\n${names}Libs: \${a12}\n`);
  const env = { PKG_CONFIG_LIBDIR: join(folder, 'pc') };
  expect(libraryFiles({ ...nothing, packages: ['one'] }, [], env)).toEqual([described]);
});

it('no libraries where flags name too many, and a warning', () => {
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const many = (text: string) => Array.from({ length: 2_000 }, (_, at) => `${text}${at}`);
  write('a/libx.a');
  const libraries = {
    ...nothing,
    libraries: ['x', ...many('l')],
    folders: [join(folder, 'a'), ...many('/none')],
  };
  const started = process.cpuUsage();
  expect(libraryFiles(libraries, [], {})).toEqual([]);
  // To look for each took 60 s.
  expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(5);
  expect(say.mock.calls.join()).toContain('the #cgo directives list too many libraries and folders');
  say.mockRestore();
});
