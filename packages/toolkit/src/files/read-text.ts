import { readRegularFile, type ReadOptions } from './read-file.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

/**
 * Returns the text of a file, or undefined if it is missing, a folder, or unreadable. If it is not a
 * regular file, is too large, or links lead out of the allowed folders, also warns and returns undefined.
 */
export function readText(path: string, options?: ReadOptions): string | undefined {
  const { bytes, failure } = readRegularFile(path, options);
  if (bytes !== undefined) return bytes.toString('utf8');
  // A folder instead of a file, such as .git, is harmless. An exceeded budget prints its own warning.
  if (!['missing', 'folder', 'unreadable', 'over budget'].includes(failure.kind))
    warnOnce(toolkitError('FILE_IGNORED', { what: `${path} was ignored`, why: failure.why }));
  return undefined;
}
