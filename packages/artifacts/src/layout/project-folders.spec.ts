import { expect, it } from 'vitest';
import { projectFolders } from './project-folders.js';

type Files = Readonly<Record<string, readonly string[]>>;
const foldersOf = (files: Files) => Object.fromEntries(projectFolders(new Map(Object.entries(files))));

it.each<[string, Files, Readonly<Record<string, string>>]>([
  ['no project where all names differ', { a: ['a'], b: ['b', 'libb.so'] }, {}],
  [
    'both projects that have a name in common',
    { a: ['tool', 'a'], b: ['tool'], c: ['c'] },
    { a: 'a', b: 'b' },
  ],
  ['projects whose names differ in case alone', { a: ['Tool'], b: ['tool'] }, { a: 'a', b: 'b' }],
  [
    'a project whose file has the name of such a folder',
    { a: ['x'], b: ['x'], c: ['b'] },
    { a: 'a', b: 'b', c: 'c' },
  ],
  ['no project whose two files have the same name', { a: ['x.dll', 'x.dll'] }, {}],
  ['a project whose file is named like a side file', { a: ['x'], b: ['x.version'] }, { a: 'a', b: 'b' }],
])('gives a folder to %s', (_, files, expected) => {
  expect(foldersOf(files)).toEqual(expected);
});

it('names a folder after its project, without what cannot stand in a name', () => {
  expect(foldersOf({ '@mill/stone': ['x'], '.hidden': ['x'] })).toEqual({
    '@mill/stone': '@mill-stone',
    '.hidden': 'hidden',
  });
});

it('tells the folders of projects apart whose names would become the same', () => {
  const folders = Object.values(foldersOf({ 'a/b': ['x'], 'a-b': ['x'], 'A-B': ['x'] }));
  expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(3);
});

it('does not depend on the order of the projects', () => {
  const files: Files = { a: ['x'], b: ['x', 'c'], c: ['a'], d: ['d'] };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(foldersOf(reversed)).toEqual(foldersOf(files));
});
