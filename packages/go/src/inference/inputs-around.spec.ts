import { expect, it } from 'vitest';
import { inputsAround } from './inputs-around.js';

const folders: Readonly<Record<string, readonly string[]>> = { '.': ['a', 'b'], a: ['c', 'd'] };
const around = (folder: string, ...excluded: string[]) =>
  inputsAround(folder, excluded, (path) => folders[path] ?? []).map((input) =>
    input.replace('{workspaceRoot}/', ''),
  );

it.each<[string, string, string[], string[]]>([
  ['nothing is excluded', 'a', [], ['a/**/*']],
  ['the excluded folder is elsewhere', 'a', ['b'], ['a/**/*']],
  ['a subfolder is excluded', '.', ['b'], ['*', 'a/**/*']],
  ['a nested subfolder is excluded', '.', ['a/c'], ['*', 'a/*', 'a/d/**/*', 'b/**/*']],
  ['the folder itself is excluded', 'a', ['a'], []],
])('%s', (_, folder, excluded, expected) => {
  expect(around(folder, ...excluded)).toEqual(expected);
});
