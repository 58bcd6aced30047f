import { expect, it } from 'vitest';
import { readIncludes, readPreamble } from './cgo.js';

it.each<[string, string, object]>([
  ['quotes', '#include "a.h"\n  #  include "b/c.h"\n', { quoted: ['a.h', 'b/c.h'] }],
  ['angles', '#include <d.h>\n#include<e/f.h> // g\n', { angled: ['d.h', 'e/f.h'] }],
  ['other directives', '#import "a.m"\n#include_next <b.h>\n#embed "c.bin"\n', { quoted: ['a.m', 'c.bin'] }],
  ['a name of the preprocessor', '#include CONFIG_FILE\n', { computed: true }],
  ['none', '#define include "a.h"\nint include;\n', { quoted: [], angled: [], computed: false }],
  [
    'an assembler',
    'asm(".incbin \\"data.bin\\"");\n.incbin "more.bin"\n',
    { quoted: ['data.bin', 'more.bin'] },
  ],
])('parses includes in C code: %s', (_, text, expected) => {
  expect(readIncludes(text)).toMatchObject(expected);
});

it.each<[string, string, object]>([
  ['folders', '-I${SRCDIR}/../include -I ../b -isystem ${SRCDIR}', { folders: ['../include', '../b', '.'] }],
  ['an absolute folder', '-I/opt/x/include', { folders: ['/opt/x/include'] }],
  ['a folder with a space', '"-I${SRCDIR}/a b"', { folders: ['a b'] }],
  ['a forced include', '-include ${SRCDIR}/../config.h', { includes: { quoted: ['../config.h'] } }],
  ['other flags', '-DX=1 -O2 -Wall', { folders: [], paths: [], libraries: [] }],
  ['other paths', '-fplugin=${SRCDIR}/p.so', { paths: ['p.so'] }],
])('parses cgo flags: %s', (_, flags, expected) => {
  expect(readPreamble(`package a\n// #cgo CFLAGS: ${flags}\n`)).toMatchObject(expected);
});

it('parses linked libraries', () => {
  const text =
    'package a\n/*\n#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/../lib -lone ${SRCDIR}/libx.a -lm\n#cgo LDFLAGS: -L/opt/x/lib -L${SRCDIR}\n#cgo pkg-config: --static zlib >= 1.2\n*/\n';
  expect(readPreamble(text)).toMatchObject({
    paths: ['libx.a'],
    repositoryFolders: ['../lib', '.'],
    libraryFolders: ['/opt/x/lib'],
    libraries: ['one', 'm'],
    packages: ['zlib'],
  });
});

it.each([
  ['an include', '#include'],
  ['a flag', '#cgo'],
  ['an assembler directive', '.incbin'],
])('parses very long lines before %s in linear time', (_, word) => {
  const [blanks, letters] = [' '.repeat(500_000), 'a'.repeat(500_000)];
  const text = [blanks, `//${blanks}`, `${word} ${letters}`, `${word}${blanks}`, `${word} -${letters} `].join(
    '\n',
  );
  expect(readPreamble(`${text}\n${text}\n`).folders).toEqual([]);
});
