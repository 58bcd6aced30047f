import { expect, it } from 'vitest';
import { toolkitError } from '../errors.js';
import { invalidFilesWarning } from './invalid-files.js';

const error = (file: string) =>
  toolkitError('OPTION_INVALID', { what: 'not valid TOML', location: { file, line: 1 }, why: 'a reason' });
const warningFor = (...files: readonly string[]) =>
  invalidFilesWarning(
    '@millwright/cargo',
    files.map((file) => [file, error(file)] as const),
  ).join('\n');

it.each<[string, string[], string]>([
  ['the folder of one file', ['a/b/Cargo.toml'], 'a/b/**'],
  ['the common folder of several files', ['a/b/in/Cargo.toml', 'a/b/out/Cargo.toml'], 'a/b/**'],
  ['the file itself at the root', ['Cargo.toml'], 'Cargo.toml'],
  ['the first file, if the files have no common folder', ['Cargo.toml', 'a/Cargo.toml'], 'Cargo.toml'],
])('advises to exclude %s', (_, files, pattern) => {
  expect(warningFor(...files)).toContain(`"exclude": ["${pattern}"]`);
});

it('shows a few files with their reason, and counts the others', () => {
  const text = warningFor(...Array.from({ length: 12 }, (_, index) => `f/${index}/Cargo.toml`));
  expect(text.match(/cause: a reason/g)).toHaveLength(5);
  expect(text).toContain(
    'note: 7 more files are invalid: f/5/Cargo.toml; f/6/Cargo.toml; f/7/Cargo.toml; and 4 more',
  );
});

it('returns no warning if every file can be read', () => {
  expect(invalidFilesWarning('@millwright/cargo', [])).toEqual([]);
});
