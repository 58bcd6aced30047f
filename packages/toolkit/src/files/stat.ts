import { type Stats, statSync } from 'node:fs';

/**
 * Returns the stats of a file or folder, following links. Undefined if it does not exist, is not
 * accessible, or is a link to itself.
 */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
