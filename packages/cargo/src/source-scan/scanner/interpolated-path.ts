import type { Environment } from '@millwright/toolkit';

/**
 * `$NAME`, `${NAME}` and `${NAME:-default}`, as the crates shellexpand and include_dir take them. The length of a default
 * is limited, since one that does not end would be looked at from each of its beginnings.
 */
const reference = /\$(?:\{([A-Za-z_]\w*)(?::-([^}]{0,500}))?\}|([A-Za-z_]\w*))/g;

/** The variables that a path names. */
export function variablesIn(path: string): string[] {
  return [...path.matchAll(reference)].map(([, braced, , plain]) => braced ?? plain ?? '');
}

/** A path with values in the place of its variables; undefined where one is not set and has no default. */
export function interpolate(path: string, env: Environment): string | undefined {
  const isKnown = [...path.matchAll(reference)].every(([, braced, fallback, plain]) => {
    return fallback !== undefined || env[braced ?? plain ?? ''] !== undefined;
  });
  if (!isKnown) return undefined;
  return path.replaceAll(reference, (_, braced?: string, fallback?: string, plain?: string) => {
    return env[braced ?? plain ?? ''] ?? fallback ?? '';
  });
}
