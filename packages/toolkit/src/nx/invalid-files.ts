import { posix } from 'node:path';
import { formatList } from '../text/format-list.js';
import type { MillwrightError } from '../errors/errors.js';
import { formatWarning } from '../errors/format.js';

/** The maximum number of files whose errors are shown. The others are counted. */
const shownFiles = 5;

/** Returns the deepest folder that contains all files. */
function commonFolder(files: readonly string[]): string {
  let folder = posix.dirname(files[0] ?? '');
  while (folder !== '.' && !files.every((file) => file.startsWith(`${folder}/`)))
    folder = posix.dirname(folder);
  return folder;
}

/**
 * Returns the warning about files that a plugin cannot read, if any.
 * @param found the errors by file
 */
export function invalidFilesWarning(
  plugin: string,
  found: readonly (readonly [file: string, error: MillwrightError])[],
): string[] {
  // A file may be read for several projects.
  const problems = [...new Map(found.map((problem) => [formatWarning(problem[1]), problem])).values()];
  if (problems.length === 0) return [];
  const shown = problems.slice(0, shownFiles);
  const others = problems.slice(shownFiles).map(([file]) => file);
  const blocks = shown.map(([, error]) => formatWarning(error));
  if (others.length > 0) blocks.push(`note: ${others.length} more files are invalid: ${formatList(others)}`);
  const files = problems.map(([file]) => file);
  const [first = ''] = files;
  const common = commonFolder(files);
  const folder = common === '.' ? posix.dirname(first) : common;
  const pattern = folder === '.' ? first : `${folder}/**`;
  return [
    [
      ...blocks,
      `note: to exclude ${problems.length === 1 ? 'the file' : 'these files'}, set { "plugin": "${plugin}", "exclude": ["${pattern}"] } in nx.json, or add a line to .nxignore`,
    ].join('\n\n'),
  ];
}
