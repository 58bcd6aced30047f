import { expect, it } from 'vitest';
import { projectFolders } from './project-folders.js';

type Files = Readonly<Record<string, readonly string[]>>;
const foldersOf = (files: Files) => Object.fromEntries(projectFolders(new Map(Object.entries(files))));

it.each<[string, Files, Readonly<Record<string, string>>]>([
  ['no project if all names differ', { a: ['a'], b: ['b', 'libb.so'] }, {}],
  ['two projects with a common name', { a: ['tool', 'a'], b: ['tool'], c: ['c'] }, { a: 'a', b: 'b' }],
  ['projects whose names differ only in case', { a: ['Tool'], b: ['tool'] }, { a: 'a', b: 'b' }],
  [
    'projects whose names differ only in normalization',
    { a: ['\u00fc'], b: ['u\u0308'] },
    { a: 'a', b: 'b' },
  ],
  ['projects whose names are equal in upper case only', { a: ['\u017f'], b: ['s'] }, { a: 'a', b: 'b' }],
  [
    'a project with a file named like a project folder',
    { a: ['x'], b: ['x'], c: ['b'] },
    { a: 'a', b: 'b', c: 'c' },
  ],
  ['no project with two files of the same name', { a: ['x.dll', 'x.dll'] }, {}],
  ['a project with a file named like a side file', { a: ['x'], b: ['x.version'] }, { a: 'a', b: 'b' }],
])('assigns a folder to %s', (_, files, expected) => {
  expect(foldersOf(files)).toEqual(expected);
});

it('names a folder after its project, without invalid characters', () => {
  expect(foldersOf({ '@mill/stone': ['x'], '.hidden': ['x'] })).toEqual({
    '@mill/stone': '@mill-stone',
    '.hidden': 'hidden',
  });
});

it('assigns distinct folders if names become equal', () => {
  const folders = Object.values(foldersOf({ 'a/b': ['x'], 'a-b': ['x'], 'A-B': ['x'] }));
  expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(3);
});

it('does not depend on the order of the projects', () => {
  const files: Files = { a: ['x'], b: ['x', 'c'], c: ['a'], d: ['d'] };
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  expect(foldersOf(reversed)).toEqual(foldersOf(files));
});
