import { expect, it } from 'vitest';
import { readLiterals } from './literal-reads.js';

const body = (code: string) => `package a\n\nfunc f() {\n\t${code}\n}\n`;

it.each<[string, string, string[]]>([
  ['os.Getenv', 'os.Getenv("A")', ['A']],
  ['os.LookupEnv', '_, ok := os.LookupEnv(`A`)', ['A']],
  ['a package under another name, and blanks', 'std.Getenv( "A" )', ['A']],
  ['a dot import', 'Getenv("A")', ['A']],
  ['os.ExpandEnv', 'os.ExpandEnv("$A/${B}/x")', ['A', 'B']],
  ['several, each once', 'use(os.Getenv("B"), os.Getenv("A"), os.Getenv("B"))', ['A', 'B']],
  ['t.Setenv, which reads nothing', 't.Setenv("A", "1")', []],
  ['a computed name', 'os.Getenv(name)', []],
  ['what a comment says', '// os.Getenv("A")\n\t/* os.Getenv("B") */', []],
  ['what a string says', 'x := "os.Getenv(\\"A\\")" + `os.Getenv("B")`', []],
])('finds the variables of %s', (_, code, variables) => {
  expect(readLiterals(body(code)).variables).toEqual(variables);
});

it.each<[string, string, string[]]>([
  ['a path', 'os.ReadFile("../data/x.txt")', ['../data/x.txt']],
  ['a path that is joined', 'filepath.Join("..", "data", "x.txt")', ['..', '../data/x.txt']],
  ['what is spelt out of a path', 'filepath.Join("../..", "data", name)', ['../..', '../../data']],
  ['a detour within the package', 'os.Open("testdata/../x.txt")', []],
  ['a detour out of it', 'os.Open("testdata/../../x.txt")', ['../x.txt']],
  ['a path within the package', 'os.Open("testdata/x.txt")', []],
  ['dots that are no folder', 'use("...", "a..b", "..c/d")', []],
])('finds the paths that lead out of the package: %s', (_, code, paths) => {
  expect(readLiterals(body(code)).paths).toEqual(paths);
});

it.each([
  ['comments that are not closed', '/* Getenv '],
  ['strings that are not closed', '"../ \\" '],
  ['raw strings', '`../'],
  ['calls within calls', 'Join("..", '],
])('takes a megabyte of %s', (_, part) => {
  expect(readLiterals(part.repeat(1_000_000 / part.length)).variables).toEqual([]);
});
