import { join } from 'node:path';
import { readText } from '@millwright/toolkit';

/**
 * Reads the packages in a Cargo workspace's lock file with their versions; the last version if there are several.
 * Returns none if the file does not exist yet.
 * @param folder the workspace's folder, absolute
 */
export function lockedPackages(folder: string): ReadonlyMap<string, string> {
  const text = readText(join(folder, 'Cargo.lock')) ?? '';
  const entries = text.matchAll(/^name = "([^"]+)"\nversion = "([^"]+)"/gm);
  return new Map([...entries].map(([, name = '', version = '']) => [name, version]));
}
