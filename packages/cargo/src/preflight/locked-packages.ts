import { join } from 'node:path';
import { readText } from '@millwright/toolkit';

/**
 * The packages in a Cargo workspace's lock file with their versions, the last where there are several; none where the
 * file is not there yet, or cargo has to update it.
 * @param folder the workspace's, absolute
 */
export function lockedPackages(folder: string): ReadonlyMap<string, string> {
  const text = readText(join(folder, 'Cargo.lock')) ?? '';
  const entries = text.matchAll(/^name = "([^"]+)"\nversion = "([^"]+)"/gm);
  return new Map([...entries].map(([, name = '', version = '']) => [name, version]));
}
