import { posix } from 'node:path';

/** Whether a path lies out of the repository, as one that is joined from its root. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path);
}

/** Whether a path names no file or folder besides those that its base lies in. */
export function isOnlyDots(path: string): boolean {
  return /^[./]*$/.test(path);
}

/** Longer texts are no paths. */
const longest = 1024;

/** Whether a text may be a relative path: it has a folder or an extension, and nothing that paths seldom have. */
export function isLikelyPath(text: string): boolean {
  if (text.length === 0 || text.length > longest || isOnlyDots(text)) return false;
  // eslint-disable-next-line no-control-regex -- texts with control characters are no paths
  if (/^[-/ ]|[\x00-\x1f{}*?<>|"\\:;]/.test(text)) return false;
  return text.includes('/') || /\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(text);
}
