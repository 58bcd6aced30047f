/**
 * Compares dotted numbers by value: 2.9 is lower than 2.34, and 2.34 equals 2.34.0. Negative if `a` is
 * lower.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Returns true for a version that represents a loader feature, such as GLIBC_ABI_DT_RELR, and has no
 * symbols.
 */
export function isMarker(symbolVersion: string): boolean {
  return symbolVersion.startsWith('GLIBC_ABI_');
}

/**
 * Returns the minimum glibc release for a symbol version: `GLIBC_2.34` requires 2.34. The first marker,
 * GLIBC_ABI_DT_RELR, was added in 2.36, so every marker requires at least that. Undefined for versions of
 * other libraries and for GLIBC_PRIVATE.
 */
export function glibcRelease(symbolVersion: string): string | undefined {
  if (isMarker(symbolVersion)) return '2.36';
  return /^GLIBC_(\d+(?:\.\d+)+)$/.exec(symbolVersion)?.[1];
}
