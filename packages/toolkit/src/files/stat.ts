import { type Stats, statSync } from 'node:fs';

/**
 * What the system says of a file or folder, links followed; undefined where nothing is there, where it may not be
 * asked about, and for a link that leads to itself.
 */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
