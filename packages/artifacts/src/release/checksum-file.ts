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
 * Parses a checksum file as `sha256sum --check` does: in its formats and in that of BSD, with comments, blank lines, and
 * line breaks of any system. Leaves out the folder of the build that many scripts write before the names of all files.
 * @param source the origin of the text, for messages
 * @param hasFolder returns true if a relative path is a folder of the release
 * @throws MillwrightError RELEASE_CHECKSUMS_INVALID
 */
export function parseChecksumFile(
  text: string,
  source: string,
  hasFolder: (path: string) => boolean = () => true,
): Digests {
  const listed = parseLines(text, source);
  const folder = buildFolder(listed, hasFolder);
  const digests = new Map<string, string>();
  for (const { line, path: full, sha256 } of listed) {
    const path = full.slice(folder.length);
    const problem = pathProblem(path);
    if (problem !== undefined) throw invalid(source, `the path in line ${line} ${problem}`);
    if (digests.has(path)) throw invalid(source, `line ${line} repeats ${path}`);
    digests.set(path, sha256.toLowerCase());
  }
  return digests;
}

interface ListedFile {
  /** The number of the line, from 1. */
  readonly line: number;
  readonly path: string;
  readonly sha256: string;
}

function parseLines(text: string, source: string): readonly ListedFile[] {
  const listed: ListedFile[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const found = parseLine(line);
    if (found === undefined) throw invalid(source, `line ${index + 1} ${lineProblem(line)}`);
    listed.push({ line: index + 1, ...found, path: found.path.replace(/^(?:\.\/)+/, '') });
  }
  return listed;
}

/**
 * Returns the folder of all listed files, with a slash at its end, if it is none of the release: `dist/` or an absolute path.
 * Returns an empty text if there is none.
 */
function buildFolder(listed: readonly ListedFile[], hasFolder: (path: string) => boolean): string {
  const folders = new Set(listed.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
  const [folder = ''] = folders;
  if (folders.size !== 1 || folder === '') return '';
  return folder.startsWith('/') || !hasFolder(folder) ? folder : '';
}

/** `<digest>  <path>`, `<digest> *<path>`, `<digest> <path>`, or `SHA256 (<path>) = <digest>` of BSD and OpenSSL. */
function parseLine(line: string): { readonly sha256: string; readonly path: string } | undefined {
  const [, first, path] = /^([0-9a-f]{64})[ \t][ *]?(.+)$/i.exec(line) ?? [];
  if (first !== undefined && path !== undefined) return { sha256: first, path };
  const [, named, last] = /^SHA2?-?256 ?\((.+)\) ?= ?([0-9a-f]{64})$/i.exec(line) ?? [];
  return named === undefined || last === undefined ? undefined : { sha256: last, path: named };
}

/** Describes a line that is none of a checksum file, as the end of a sentence. */
function lineProblem(line: string): string {
  const [digest = ''] = /^[0-9a-f]{32,}(?=[ \t])/i.exec(line) ?? [];
  if ([32, 40, 56, 96, 128].includes(digest.length))
    return `has a checksum of ${digest.length * 4} bits, and only SHA-256 is supported`;
  return /\s[0-9a-f]{64}$/i.test(line)
    ? 'has the path before the SHA-256, which sha256sum does not accept'
    : 'is not a SHA-256 and a path';
}

/**
 * Parses the checksums in cargo-dist's `dist-manifest.json`.
 * @param source the origin of the text, for messages
 * @throws MillwrightError RELEASE_CHECKSUMS_INVALID
 */
export function parseDistManifest(text: string, source: string): Digests {
  let artifacts: unknown;
  try {
    ({ artifacts } = JSON.parse(text) as { artifacts?: unknown });
  } catch {
    throw invalid(source, 'it is not a manifest of cargo-dist');
  }
  const lines = Object.values(artifacts ?? {}).flatMap((artifact: unknown) => {
    const { name, checksums } = (artifact ?? {}) as {
      name?: unknown;
      checksums?: { sha256?: unknown } | null;
    };
    const sha256 = checksums?.sha256;
    return typeof name === 'string' && typeof sha256 === 'string' ? [`${sha256}  ${name}\n`] : [];
  });
  return parseChecksumFile(lines.join(''), source);
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
