import { describe, expect, it } from 'vitest';
import { readGoSource } from './go-source.js';

describe('the head of a Go file', () => {
  it.each<[string, string, string[]]>([
    ['one import', 'package a\nimport "fmt"\n', ['fmt']],
    [
      'a block',
      'package a\nimport (\n\t"fmt"\n\tx "a.b/c"\n\t_ "d"\n\t. "e"\n)\n',
      ['fmt', 'a.b/c', 'd', 'e'],
    ],
    [
      'several declarations',
      'package a\nimport "a"\nimport ("b"; "c")\nimport d "d"\n',
      ['a', 'b', 'c', 'd'],
    ],
    ['a raw string', 'package a\nimport `a/b`\n', ['a/b']],
    ['comments between', '/* import "no" */ package /* x */ a // y\nimport /* z */ "a"\n', ['a']],
    ['no more after the first declaration', 'package a\nimport "a"\nvar s = `\nimport "no"\n`\n', ['a']],
    ['a byte order mark', '\uFEFFpackage a\nimport "a"\n', ['a']],
    ['an empty block', 'package a\nimport ()\nimport "a"\n', ['a']],
    ['a file that ends within', 'package a\nimport (\n\t"a"\n', ['a']],
    ['names of other scripts', 'package a\nimport größe "a"\n', ['a']],
  ])('%s', (_, text, imports) => {
    expect(readGoSource(text)).toMatchObject({ package: 'a', imports });
  });

  it('returns an empty package name without a package clause', () => {
    expect(readGoSource('hello')).toMatchObject({ package: '', imports: [] });
  });

  it.each<[string, string, string | undefined]>([
    ['in the first lines', '//go:build linux && !cgo\n\npackage a\n', 'linux && !cgo'],
    ['below a licence', '// Copyright\n\n//go:build ignore\n\npackage a\n', 'ignore'],
    ['not in a comment block', '/*\n//go:build ignore\n*/\npackage a\n', undefined],
    ['not below the package clause', 'package a\n\n//go:build ignore\n', undefined],
    ['not with a space', '// go:build ignore\n\npackage a\n', undefined],
  ])('build constraints: %s', (_, text, constraint) => {
    expect(readGoSource(text).constraint).toBe(constraint);
  });

  it('parses embed patterns in each syntax', () => {
    const text =
      'package a\nimport _ "embed"\n//go:embed a.txt "b c.txt" `d.txt`\nvar (\n\t//go:embed all:web/*\n\tf int\n)\n';
    expect(readGoSource(text).embeds).toEqual(['a.txt', 'b c.txt', 'd.txt', 'web/*']);
  });

  it.each([
    ['spaces', ' '.repeat(10_000_000), ''],
    ['lines', '//\n'.repeat(5_000_000), ''],
    ['comments', '/**/'.repeat(1_000_000), ''],
    ['unclosed comments', '', `/* ${'/*'.repeat(1_000_000)}`],
  ])('parses millions of %s in linear time', (_, before, after) => {
    expect(readGoSource(`${before}package a\n${after}`).package).toBe('a');
    expect(readGoSource(`${before}${after}`).package).toBe('');
  });

  it('parses the preamble before import "C", and only there', () => {
    expect(readGoSource('package a\n// #include "../x.h"\nimport "C"\n').cgo?.includes.quoted).toEqual([
      '../x.h',
    ]);
    expect(readGoSource('package a\n// #include "../x.h"\nimport "fmt"\n').cgo).toBeUndefined();
  });
});

it.each([
  ['unclosed comments', '/* '],
  ['closed comments', '/**/'],
  ['spaces', ' '],
  ['constraints', '//go:build ((((\n'],
  ['lines of cgo', 'package a\n#cgo a a a\nimport "C"\n'],
  ['spaces before import "C"', `package a\n/*${' '.repeat(100_000)}*/\nimport "C"\n`],
])('parses megabytes of %s', (_, part) => {
  expect(readGoSource(part.repeat(2_000_000 / part.length)).embeds).toEqual([]);
});
