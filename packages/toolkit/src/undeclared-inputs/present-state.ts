import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DigestCache } from '../state/digest-cache.js';
import { gitChanges, gitState } from '../git/git-state.js';
import { type Environment, variableOf } from '../environment/environment.js';
import { statOf } from '../files/stat.js';
import type { UndeclaredName } from './record.js';

/** The places where inputs are looked up. */
export interface InputPlaces {
  /** The absolute path of the Nx workspace. */
  readonly workspaceRoot: string;
  readonly env: Environment;
  readonly cache: DigestCache;
}

/** Returns the current digest of an input, or null if it does not exist. */
export async function presentDigest(
  { kind, name }: UndeclaredName,
  { workspaceRoot, env, cache }: InputPlaces,
): Promise<string | null> {
  const path = resolve(workspaceRoot, name);
  if (kind === 'git') return gitState(path);
  if (kind === 'git-changes') return gitChanges(path);
  if (kind === 'path') return pathDigest(path, cache);
  if (kind === 'names') return namesDigest(path);
  const value = variableOf(env, name);
  // The value may be a secret, and records are stored in shared caches.
  return value === undefined ? null : createHash('sha256').update(value).digest('hex');
}

async function pathDigest(path: string, cache: DigestCache): Promise<string | null> {
  const stat = statOf(path);
  if (stat === undefined) return null;
  if (stat.isFile()) return (await cache.digest(path)) ?? null;
  // Reading a pipe or device could block or have side effects.
  if (!stat.isDirectory()) return 'no regular file';
  const hash = createHash('sha256').update('folder');
  for (const file of filesBelow(path))
    hash.update(`\0${file}\0${(await cache.digest(join(path, file))) ?? ''}`);
  return hash.digest('hex');
}

function namesDigest(folder: string): string | null {
  if (statOf(folder)?.isDirectory() !== true) return null;
  const names = entriesOf(folder).map(({ name }) => name);
  const kept = names.filter((name) => !generated.has(name)).sort();
  return createHash('sha256').update(kept.join('\0')).digest('hex');
}

/** Files that tools write, and Git's own files, whose state is a separate kind of input. */
const generated = new Set(['.git', '.nx', 'node_modules']);

/**
 * Returns the sorted files below a folder, relative to it, without generated ones: a folder with a
 * `CACHEDIR.TAG` is a cache, such as Cargo's target folder (https://bford.info/cachedir/).
 */
export function filesBelow(folder: string): string[] {
  const below = (path: string): string[] => {
    const entries = entriesOf(join(folder, path));
    if (entries.some(({ name }) => name === 'CACHEDIR.TAG')) return [];
    return entries.flatMap((entry) => {
      if (generated.has(entry.name)) return [];
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      return entry.isDirectory() ? below(inner) : [inner];
    });
  };
  return below('').sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
