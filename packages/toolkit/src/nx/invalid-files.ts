import { posix } from 'node:path';
import { listed } from '../text/listed.js';
import type { MillwrightError } from '../errors/errors.js';

/** As many files as are shown with what is wrong with them; of others only the number is. */
const shownFiles = 5;

/** The deepest folder that holds all of some files. */
function commonFolder(files: readonly string[]): string {
  let folder = posix.dirname(files[0] ?? '');
  while (folder !== '.' && !files.every((file) => file.startsWith(`${folder}/`)))
    folder = posix.dirname(folder);
  return folder;
}

/**
 * The warning about files that a plugin cannot read; nothing where there are none.
 * @param found what is wrong, by file
 */
export function invalidFilesWarning(
  plugin: string,
  found: readonly (readonly [file: string, error: MillwrightError])[],
): string[] {
  // A file may be read for several projects.
  const problems = [...new Map(found.map((problem) => [problem[1].what, problem])).values()];
  if (problems.length === 0) return [];
  const shown = problems.slice(0, shownFiles);
  const others = problems.slice(shownFiles).map(([file]) => file);
  const lines = shown.flatMap(([, { code, what, why }]) => [`${code}: ${what}`, `  why: ${why}`]);
  if (others.length > 0) lines.push(`${others.length} more files cannot be read: ${listed(others)}`);
  const files = problems.map(([file]) => file);
  const [first = ''] = files;
  const common = commonFolder(files);
  const folder = common === '.' ? posix.dirname(first) : common;
  const pattern = folder === '.' ? first : `${folder}/**`;
  return [
    [
      ...lines,
      `  do:  Correct ${problems.length === 1 ? 'the file' : 'the files'}, or exclude what is not meant to be read, in nx.json:`,
      `       { "plugin": "${plugin}", "exclude": ["${pattern}"] }; a line in .nxignore hides it from all of Nx`,
    ].join('\n'),
  ];
}
