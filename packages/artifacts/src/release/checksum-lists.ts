import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { checksumFileName, type Digests, parseChecksumFile, parseDistManifest } from './checksum-file.js';
import type { ChecksumFile, ReleaseFinding } from './findings.js';
import type { FolderEntry } from './folder.js';
import { contentOfBytes, signatureState, type TrustedKeys } from './signature-state.js';

/**
 * Names of checksum files of other programs: `checksums.txt` and `app_1.2.3_checksums.txt` of GoReleaser, `sha256.sum` of
 * cargo-dist, `app_1.2.3_SHA256SUMS`, `SHA256SUMS-linux-amd64.txt`, `SHASUMS256.txt`, `sha256sum.txt` and others.
 */
const names =
  /^(?:(?:.+[-_.])?(?:sha256[-_]?(?:check)?sums?|shasums?256|checksums?)(?:(?:[-_.]sha256)?(?:\.(?:sha256|sum))?|(?:[-_.][\w.+-]+)?\.txt)|(?:.+[-_.])?sha256\.(?:txt|sum))$/i;
/** Words of other algorithms, of which a release can have further lists. */
const otherAlgorithms = /md5|sha-?(?:1|224|3|384|512)(?!\d)|b(?:lake)?-?[23]/i;
/** cargo-dist's description of a release, which has the checksums of its archives. */
const manifestName = 'dist-manifest.json';
/** Endings of checksum files of single files. */
const singleEndings = ['.sha256', '.sha256sum'];

/** Returns true for the name of a checksum file, of this program or of others. */
export function isChecksumFile(name: string): boolean {
  return name === checksumFileName || (names.test(name) && !otherAlgorithms.test(name));
}

/** Returns the file whose SHA-256 a file contains, according to its name; undefined for other files. */
export function describedFile(path: string): string | undefined {
  const ending = singleEndings.find((one) => path.endsWith(one));
  return ending === undefined ? undefined : path.slice(0, -ending.length);
}

/**
 * Reads the checksum files of a folder: `SHA256SUMS`, or if there is none, those with names of other programs, and
 * checksum files of single files that have a signature of their own.
 * @param entries the files of the folder
 */
export async function readChecksumFiles(
  folder: string,
  entries: readonly FolderEntry[],
  keys: TrustedKeys,
): Promise<readonly (ChecksumFile | ReleaseFinding)[]> {
  const parseList: ParseList = (text, source) =>
    parseChecksumFile(text, source, (path) => existsSync(join(folder, path)));
  const own = await readList(folder, checksumFileName, parseList, keys);
  if (own !== undefined) return [own];
  const paths = new Set(entries.map(({ path }) => path));
  const found: (ChecksumFile | ReleaseFinding)[] = [];
  for (const { path, signatures } of entries) {
    const single = describedFile(path);
    const parse: ParseList | false =
      single !== undefined && paths.has(single)
        ? signatures.length > 0 && ((text, source) => parseSingle(text, source, single))
        : path === manifestName
          ? signatures.length > 0 && parseDistManifest
          : !path.includes('/') && isChecksumFile(path) && parseList;
    if (parse === false) continue;
    const list = await readList(folder, path, parse, keys);
    if (list !== undefined) found.push(list);
  }
  return found;
}

type ParseList = (text: string, source: string) => Digests;

/** Returns a checksum file, or what makes it unusable; undefined if it does not exist. */
async function readList(
  folder: string,
  path: string,
  parse: ParseList,
  keys: TrustedKeys,
): Promise<ChecksumFile | ReleaseFinding | undefined> {
  const file = join(folder, path);
  const { bytes, failure } = readRegularFile(file, { links: 'refuse' });
  if (failure?.kind === 'missing') return undefined;
  const invalid = (detail: string) => ({ kind: 'invalid', path, detail }) as const;
  if (bytes === undefined) return invalid(failure.why);
  if (['fffe', 'feff'].includes(bytes.toString('hex', 0, 2)))
    return invalid('it is in UTF-16, and sha256sum reads UTF-8 only');
  try {
    // The bytes that are parsed are those whose signature is verified.
    const digests = parse(bytes.toString('utf8'), path);
    const signature = await signatureState(file, keys, contentOfBytes(bytes));
    if (signature.kind === 'stale' && bytes.at(-1) !== 0x0a) return invalid('its last line is truncated');
    return { path, digests, signature };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return invalid(error.why);
  }
}

/** Parses the checksum file of a single file, which may be the digest alone. */
export function parseSingle(text: string, source: string, file: string): Digests {
  const [, digest] = /^([0-9a-f]{64})\s*$/i.exec(text) ?? [];
  if (digest !== undefined) return new Map([[file, digest.toLowerCase()]]);
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return new Map(
    [...parseChecksumFile(text, source, () => false)].map(
      ([path, sha256]) => [folder + path, sha256] as const,
    ),
  );
}
