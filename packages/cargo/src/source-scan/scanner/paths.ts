import { posix } from 'node:path';

/** Returns whether a path relative to the repository's root, or an absolute path, is outside the repository. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path);
}

/** Returns whether a path consists of dots and slashes only, and so names its base or a folder above. */
export function isOnlyDots(path: string): boolean {
  return /^[./]*$/.test(path);
}

/** Longer strings are not considered paths. */
const maxLength = 1024;

/** Returns whether a string may be a relative path: it has a slash or an extension, and no unusual characters. */
export function isLikelyPath(text: string): boolean {
  if (text.length === 0 || text.length > maxLength || isOnlyDots(text)) return false;
  // eslint-disable-next-line no-control-regex -- texts with control characters are no paths
  if (/^[-/ ]|[\x00-\x1f{}*?<>|"\\:;]/.test(text)) return false;
  return text.includes('/') || /\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(text);
}
