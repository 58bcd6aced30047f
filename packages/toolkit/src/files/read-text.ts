import { readRegularFile, type ReadOptions } from './read-file.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

/**
 * What a text file holds; undefined where it is not there, is a folder or may not be read. One that is no regular file, that is too
 * large, or that links lead out of the allowed folders is read as if it were not there, with a warning.
 */
export function readText(path: string, options?: ReadOptions): string | undefined {
  const { bytes, refusal } = readRegularFile(path, options);
  if (bytes !== undefined) return bytes.toString('utf8');
  // A folder in the place of a file, such as .git, harms nobody; a budget says itself that it is used up.
  if (!['missing', 'folder', 'unreadable', 'over budget'].includes(refusal.kind))
    warnOnce(toolkitError('FILE_IGNORED', { what: `${path} was ignored`, why: refusal.why }));
  return undefined;
}
