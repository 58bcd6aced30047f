import type { Environment } from '@millwright/toolkit';

/**
 * Matches `$NAME`, `${NAME}` and `${NAME:-default}`, as the crates shellexpand and include_dir expand them. The length
 * of a default is limited, because an unclosed one would otherwise take quadratic time.
 */
const reference = /\$(?:\{([A-Za-z_]\w*)(?::-([^}]{0,500}))?\}|([A-Za-z_]\w*))/g;

/** Returns the variables in a path. */
export function variablesIn(path: string): string[] {
  return [...path.matchAll(reference)].map(([, braced, , plain]) => braced ?? plain ?? '');
}

/** Replaces the variables in a path; returns undefined if one is not set and has no default. */
export function interpolate(path: string, env: Environment): string | undefined {
  const isKnown = [...path.matchAll(reference)].every(([, braced, fallback, plain]) => {
    return fallback !== undefined || env[braced ?? plain ?? ''] !== undefined;
  });
  if (!isKnown) return undefined;
  return path.replaceAll(reference, (_, braced?: string, fallback?: string, plain?: string) => {
    return env[braced ?? plain ?? ''] ?? fallback ?? '';
  });
}
