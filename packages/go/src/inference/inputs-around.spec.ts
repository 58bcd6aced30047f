import { expect, it } from 'vitest';
import { inputsAround } from './inputs-around.js';

const folders: Readonly<Record<string, readonly string[]>> = { '.': ['a', 'b'], a: ['c', 'd'] };
const around = (folder: string, ...excluded: string[]) =>
  inputsAround(folder, excluded, (path) => folders[path] ?? []).map((input) =>
    input.replace('{workspaceRoot}/', ''),
  );

it.each<[string, string, string[], string[]]>([
  ['nothing is excluded', 'a', [], ['a/**/*']],
  ['what is excluded lies elsewhere', 'a', ['b'], ['a/**/*']],
  ['a folder in it', '.', ['b'], ['*', 'a/**/*']],
  ['a folder deep in it', '.', ['a/c'], ['*', 'a/*', 'a/d/**/*', 'b/**/*']],
  ['the folder itself', 'a', ['a'], []],
])('%s', (_, folder, excluded, expected) => {
  expect(around(folder, ...excluded)).toEqual(expected);
});
