import { MillwrightError } from '../errors.js';

/** Dotted numbers by value: 2.9 is lower than 2.34, and 2.34 equals 2.34.0. Negative where `a` is the lower. */
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
 * The glibc release that a symbol version asks for at least: `GLIBC_2.34` gives 2.34. A GLIBC_ABI_ marker asks
 * for a property of the loader, not for a symbol; the first of them, GLIBC_ABI_DT_RELR, came with 2.36, so that
 * no marker is met by less. Undefined for the versions of other libraries and for GLIBC_PRIVATE.
 */
export function glibcRelease(symbolVersion: string): string | undefined {
  if (symbolVersion.startsWith('GLIBC_ABI_')) return '2.36';
  return /^GLIBC_(\d+(?:\.\d+)+)$/.exec(symbolVersion)?.[1];
}

/** The highest release that any of the symbol versions asks for. */
export function highestGlibc(symbolVersions: readonly string[]): string | undefined {
  return symbolVersions
    .map(glibcRelease)
    .filter((release) => release !== undefined)
    .sort(compareVersions)
    .at(-1);
}

/** @throws MillwrightError OPTION_INVALID where `version` is no glibc version such as 2.28 */
export function checkGlibcVersion(version: string): void {
  if (/^\d+(\.\d+)+$/.test(version)) return;
  throw new MillwrightError('OPTION_INVALID', {
    what: `"${version}" is not a glibc version`,
    why: 'a glibc version is two or three numbers with dots between, such as 2.28',
    remedy: 'Give a version such as 2.28.',
  });
}
