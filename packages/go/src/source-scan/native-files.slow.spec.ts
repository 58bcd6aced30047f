import { expect, it, vi } from 'vitest';
import { readIncludes } from './cgo.js';
import { readGoSource } from './go-source.js';
import { nativeFiles, systemLibraries } from './native-files.js';
import { inMemoryFiles } from '../inference/world.spec.helper.js';

/**
 * Returns the native files of a package in `p` with one Go file, whose cgo preamble is the comment, and
 * other files.
 */
function filesOf(comment: string, files: Readonly<Record<string, string>> = {}): string[] {
  const world = inMemoryFiles(files);
  const sources = new Map([['p.go', readGoSource(`package p\n/*\n${comment}\n*/\nimport "C"\n`)]]);
  return nativeFiles(
    { folder: 'p', sources },
    {
      otherFilesIn: (folder) => world.list(folder),
      includes: (path) => {
        const text = world.read(path);
        return text === undefined ? undefined : readIncludes(text);
      },
      filesAt: (path) => Object.keys(files).filter((one) => one === path || one.startsWith(`${path}/`)),
      realPath: (path) => (path === 'linked.h' ? 'real/linked.h' : path),
    },
  );
}

it('finds includes of assembly outside the package without C code', () => {
  const files: Readonly<Record<string, string>> = {
    'p/p_amd64.s': '#include "near.h"\n#include "../inc/far.h"\n#include "textflag.h"\n',
    'p/near.h': '',
    'p/idle.c': '#include "../inc/idle.h"\n',
    'inc/far.h': '#include "farther.h"\n',
    'inc/farther.h': '',
    'inc/idle.h': '',
  };
  const world = inMemoryFiles(files);
  const found = nativeFiles(
    { folder: 'p', sources: new Map([['p.go', readGoSource('package p\n')]]) },
    {
      otherFilesIn: (folder) => world.list(folder),
      includes: (path) => {
        const text = world.read(path);
        return text === undefined ? undefined : readIncludes(text);
      },
      filesAt: () => [],
      realPath: (path) => path,
    },
  );
  expect(found).toEqual(['inc/far.h', 'inc/farther.h']);
});

it.each<[string, string, Record<string, string>, string[]]>([
  [
    'through headers, each relative to its own folder',
    '#include "../a/a.h"',
    { 'a/a.h': '#include "b/b.h"', 'a/b/b.h': '#include "../c.h"', 'a/c.h': '' },
    ['a/a.h', 'a/b/b.h', 'a/c.h'],
  ],
  ['of a C file', '', { 'p/x.c': '#include "../a.h"', 'a.h': '', 'b.h': '' }, ['a.h']],
  [
    'in folders from flags',
    '#cgo CFLAGS: -I${SRCDIR}/../inc\n#include <m/a.h>\n#include <stdio.h>',
    { 'inc/m/a.h': '#include "b.h"', 'inc/m/b.h': '', 'inc/README.md': '' },
    ['inc/m/a.h', 'inc/m/b.h'],
  ],
  [
    'that include each other',
    '#include "../a.h"',
    { 'a.h': '#include "b.h"', 'b.h': '#include "a.h"' },
    ['a.h', 'b.h'],
  ],
  [
    'that several folders contain',
    '#cgo CFLAGS: -I${SRCDIR}/../one -I../two\n#include "a.h"',
    { 'one/a.h': '', 'two/a.h': '' },
    ['one/a.h', 'two/a.h'],
  ],
  [
    'in the package and its subfolders',
    '#include "own.h"\n#include "below/a.h"',
    { 'p/own.h': '', 'p/below/a.h': '' },
    ['p/below/a.h'],
  ],
  ['that do not exist yet', '#include "../made.h"', {}, ['made.h']],
  [
    'that a macro names',
    '#cgo CFLAGS: -I${SRCDIR}/../inc\n#include CONFIG',
    { 'inc/a.h': '', 'inc/deep/b.h': '', 'inc/README.md': '' },
    ['inc/a.h', 'inc/deep/b.h'],
  ],
  ['that are symbolic links', '#include "../linked.h"', { 'linked.h': '' }, ['linked.h', 'real/linked.h']],
  [
    'outside the repository',
    '#include "../../x.h"\n#include "/opt/y.h"',
    { '../x.h': '', '/opt/y.h': '' },
    ['../x.h', '/opt/y.h'],
  ],
  [
    'libraries of the repository',
    '#cgo LDFLAGS: -L${SRCDIR}/../lib -lx ${SRCDIR}/y.syso',
    { 'lib/libx.a': '', 'lib/libx.so.1.2': '', 'lib/README.md': '', 'p/y.syso': '' },
    ['lib/libx.a', 'lib/libx.so.1.2'],
  ],
])('C files %s', (_, comment, files, expected) => {
  expect(filesOf(comment, files)).toEqual(expected);
});

it('returns none for a package without C code', () => {
  const sources = new Map([['p.go', readGoSource('package p\nimport "fmt"\n')]]);
  const facts = {
    otherFilesIn: () => ['x.s'],
    includes: () => undefined,
    filesAt: () => [],
    realPath: (path: string) => path,
  };
  expect(nativeFiles({ folder: 'p', sources }, facts)).toEqual([]);
});

it('systemLibraries returns the libraries that packages name', () => {
  const source = (comment: string) => readGoSource(`package p\n${comment}\nimport "C"\n`);
  const sources = new Map([
    ['a.go', source('// #cgo pkg-config: zlib\n// #cgo LDFLAGS: -lm')],
    ['b.go', source('// #cgo LDFLAGS: -L/opt/lib -lm -lx')],
  ]);
  expect(systemLibraries([{ folder: 'p', sources }])).toEqual({
    packages: ['zlib'],
    libraries: ['m', 'x'],
    folders: ['/opt/lib'],
  });
});

it('follows a chain of headers longer than the call stack', () => {
  const length = 20_000;
  const chain = Array.from({ length }, (_, at) => [`h/${at}.h`, `#include "${at + 1}.h"`] as const);
  expect(filesOf('#include "../h/0.h"', Object.fromEntries(chain))).toHaveLength(length + 1);
});

it('checks a limited number of paths for includes, each once, and warns about it', () => {
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let lookups = 0;
  const facts = {
    otherFilesIn: () => [],
    includes: () => {
      lookups++;
      return undefined;
    },
    filesAt: () => [],
    realPath: (path: string) => path,
  };
  const lookedFor = (flags: number, includes: number) => {
    lookups = 0;
    const comment = [
      ...Array.from({ length: flags }, (_, at) => `#cgo CFLAGS: -Ih${at}`),
      ...Array.from({ length: includes }, (_, at) => `#include "a${at % 100_000}.h"`),
    ].join('\n');
    const source = readGoSource(`package p\n/*\n${comment}\n*/\nimport "C"\n`);
    nativeFiles({ folder: 'p', sources: new Map([['p.go', source]]) }, facts);
    return lookups;
  };
  expect(lookedFor(1, 200_000)).toBe(200_000);
  expect(say).not.toHaveBeenCalled();
  expect(lookedFor(2_000, 2_000)).toBe(300_000);
  expect(say.mock.calls.join()).toContain('the package in p includes too many headers');
  say.mockRestore();
});
