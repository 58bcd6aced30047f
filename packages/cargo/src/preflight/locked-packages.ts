import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The packages in a Cargo workspace's lock file with their versions, the last where there are several; none where the
 * file is not there yet, or cargo has to mend it.
 * @param folder the workspace's, absolute
 */
export function lockedPackages(folder: string): ReadonlyMap<string, string> {
  try {
    const text = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
    const entries = text.matchAll(/^name = "([^"]+)"\nversion = "([^"]+)"/gm);
    return new Map([...entries].map(([, name = '', version = '']) => [name, version]));
  } catch {
    return new Map();
  }
}
