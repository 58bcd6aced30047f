import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The names in a Cargo workspace's lock file; none where it is not there yet, or cargo has to mend it.
 * @param folder the workspace's, absolute
 */
export function lockedNames(folder: string): ReadonlySet<string> {
  try {
    const text = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
    return new Set([...text.matchAll(/^name = "([^"]+)"/gm)].flatMap(([, name]) => name ?? []));
  } catch {
    return new Set();
  }
}
