import { expect, it } from 'vitest';
import { readLiterals } from './literal-reads.js';

const body = (code: string) => `package a\n\nfunc f() {\n\t${code}\n}\n`;

it.each<[string, string, string[]]>([
  ['os.Getenv', 'os.Getenv("A")', ['A']],
  ['os.LookupEnv', '_, ok := os.LookupEnv(`A`)', ['A']],
  ['a renamed package, and spaces', 'std.Getenv( "A" )', ['A']],
  ['a dot import', 'Getenv("A")', ['A']],
  ['os.ExpandEnv', 'os.ExpandEnv("$A/${B}/x")', ['A', 'B']],
  ['several, without duplicates', 'use(os.Getenv("B"), os.Getenv("A"), os.Getenv("B"))', ['A', 'B']],
  ['t.Setenv, which reads nothing', 't.Setenv("A", "1")', []],
  ['a computed name', 'os.Getenv(name)', []],
  ['a comment', '// os.Getenv("A")\n\t/* os.Getenv("B") */', []],
  ['a string', 'x := "os.Getenv(\\"A\\")" + `os.Getenv("B")`', []],
])('finds variables: %s', (_, code, variables) => {
  expect(readLiterals(body(code)).variables).toEqual(variables);
});

it.each<[string, string, string[]]>([
  ['a path', 'os.ReadFile("../data/x.txt")', ['../data/x.txt']],
  ['a joined path', 'filepath.Join("..", "data", "x.txt")', ['..', '../data/x.txt']],
  ['the literal part of a path', 'filepath.Join("../..", "data", name)', ['../..', '../../data']],
  ['a detour inside the package', 'os.Open("testdata/../x.txt")', []],
  ['a detour out of the package', 'os.Open("testdata/../../x.txt")', ['../x.txt']],
  ['a path inside the package', 'os.Open("testdata/x.txt")', []],
  ['dots that are not a folder', 'use("...", "a..b", "..c/d")', []],
])('finds paths outside the package: %s', (_, code, paths) => {
  expect(readLiterals(body(code)).paths).toEqual(paths);
});

it.each([
  ['unclosed comments', '/* Getenv '],
  ['unclosed strings', '"../ \\" '],
  ['raw strings', '`../'],
  ['nested calls', 'Join("..", '],
])('parses a megabyte of %s', (_, part) => {
  expect(readLiterals(part.repeat(1_000_000 / part.length)).variables).toEqual([]);
});
