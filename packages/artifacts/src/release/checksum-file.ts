import { foldCase } from '../layout/project-folders.js';
import { formatSha256 } from '../layout/side-files.js';
import { artifactError } from '../errors.js';

/** The name of a folder's checksum file. */
export const checksumFileName = 'SHA256SUMS';

/** The sha256 of each file in lower-case hexadecimal, by its path below the folder with forward slashes. */
export type Digests = ReadonlyMap<string, string>;

/** Formats a checksum file for `sha256sum --check`, sorted by path. */
export function formatChecksumFile(digests: Digests): string {
  return [...digests]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, sha256]) => formatSha256(sha256, path))
    .join('');
}

/**
 * Parses a checksum file in the text or binary format of `sha256sum`.
 * @param source the origin of the text, for messages
 * @throws MillwrightError RELEASE_CHECKSUMS_INVALID
 */
export function parseChecksumFile(text: string, source: string): Digests {
  const digests = new Map<string, string>();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw invalid(source, 'its last line is truncated');
  for (const [index, line] of lines.entries()) {
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined)
      throw invalid(source, `line ${index + 1} is not a SHA-256 and a path`);
    const problem = pathProblem(path);
    if (problem !== undefined) throw invalid(source, `the path in line ${index + 1} ${problem}`);
    if (digests.has(path)) throw invalid(source, `line ${index + 1} repeats ${path}`);
    digests.set(path, sha256);
  }
  return digests;
}

/**
 * Returns why a path is not allowed in a checksum file, as the end of a sentence. sha256sum would escape
 * control characters and backslashes, and the meaning of a backslash depends on the system.
 */
export function pathProblem(path: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- the pattern must match them
  if (/[\u0000-\u001F\u007F\\]/.test(path)) return 'has a control character or a backslash';
  if (!path.isWellFormed() || path.includes('\uFFFD')) return 'is not text in UTF-8';
  if (path.split('/').some((part) => ['', '.', '..'].includes(part)) || /^[A-Za-z]:/.test(path))
    return 'is not a relative path inside the folder';
  return undefined;
}

/**
 * Returns two paths, or folders in paths, that are equal on file systems that ignore case and Unicode normalization
 * (APFS, NTFS); undefined if there are none.
 */
export function collidingPaths(paths: readonly string[]): readonly [string, string] | undefined {
  const known = new Map<string, string>();
  for (const path of paths) {
    const parts = path.split('/');
    for (const length of parts.keys()) {
      const own = parts.slice(0, length + 1).join('/');
      const other = known.get(foldCase(own));
      if (other !== undefined && other !== own) return [other, own];
      known.set(foldCase(own), own);
    }
  }
  return undefined;
}

function invalid(source: string, why: string) {
  return artifactError('RELEASE_CHECKSUMS_INVALID', { what: `${source} is not a checksum file`, why });
}
