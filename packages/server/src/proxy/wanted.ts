import { objectKey } from '../cache/compiler-objects.js';

/** What was restored and stored. */
export interface Counts {
  hits: number;
  misses: number;
  stored: number;
}

/** Something in the cache: a result of Nx, or an object of a compiler. */
export interface Wanted {
  /** What the signature of the server names. */
  readonly hash: string;
  /** The path at the server, which is the same as at the proxy. */
  readonly path: string;
  readonly counts: Counts;
  /** How the server answers to a write of something that is there. */
  readonly exists: number;
}

/** Returns what a path names, or undefined if it is no entry. */
export function wantedOf(
  path: string,
  statistics: Counts & { readonly compilers: Counts },
): Wanted | undefined {
  const hash = /^\/v1\/cache\/([\w-]{1,128})$/.exec(path)?.[1];
  if (hash !== undefined) return { hash, path, counts: statistics, exists: 409 };
  const key = objectKey(path);
  return key === undefined ? undefined : { hash: key, path, counts: statistics.compilers, exists: 204 };
}
