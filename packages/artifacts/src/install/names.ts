import { foldCase } from '../layout/project-folders.js';
import { pathProblem } from '../release/checksum-file.js';

/** A member of an archive, from its headers. */
export interface ArchiveEntry {
  /** With forward slashes, without a trailing one. */
  readonly name: string;
  /** `file`, `folder`, or the type in the archive's terms. */
  readonly kind: string;
  /** The target of a link in a tar archive. */
  readonly linkTarget?: string | undefined;
  /** In bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
}

/** Limits for unpacking an archive. */
export interface UnpackLimits {
  readonly entries: number;
  /** The total size of the files, in bytes. */
  readonly bytes: number;
  /** The maximum compression ratio; applies only above `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  entries: 20_000,
  bytes: 4 * 2 ** 30,
  ratio: 200,
  ratioFrom: 64 * 2 ** 20,
};

/** Returns the maximum total size of the files of an archive, in bytes. */
export function largestContent({ bytes, ratio, ratioFrom }: UnpackLimits, archiveSize: number): number {
  return Math.min(bytes, Math.max(ratioFrom, archiveSize * ratio));
}

/** Device names that Windows reserves, with any extension. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.| *$)/i;
const maxNameLength = 255;
const maxPathLength = 1024;

/** Returns why an archive cannot be unpacked, as a clause; undefined if it can. */
export function unpackProblem(
  entries: readonly ArchiveEntry[],
  limits: UnpackLimits,
  archiveSize: number,
): string | undefined {
  if (entries.length > limits.entries) return `it has more than ${limits.entries} members`;
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > largestContent(limits, archiveSize))
    return `its files have more than ${largestContent(limits, archiveSize)} bytes`;
  const kinds = new Map<string, string>();
  for (const { name, kind } of entries) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (kind !== 'file' && kind !== 'folder')
      return `${shown} is a ${kind}; only files and folders are unpacked`;
    const problem = nameProblem(name);
    if (problem !== undefined) return `the name ${shown} ${problem}`;
    if (kinds.has(foldCase(name))) return `${shown} appears twice on file systems that ignore case`;
    kinds.set(foldCase(name), kind);
  }
  if (!entries.some(({ kind }) => kind === 'file')) return 'it has no files';
  for (const { name } of entries) {
    const parts = foldCase(name).split('/');
    const file = parts.findIndex((_, end) => kinds.get(parts.slice(0, end).join('/')) === 'file');
    if (file !== -1) return `${JSON.stringify(name.slice(0, 80))} is inside another member that is a file`;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  const problem = pathProblem(name);
  if (problem !== undefined) return problem;
  if (Buffer.byteLength(name) > maxPathLength) return `is longer than ${maxPathLength} bytes`;
  for (const part of name.split('/')) {
    if (Buffer.byteLength(part) > maxNameLength)
      return `has a part that is longer than ${maxNameLength} bytes`;
    if (/[<>:"|?*]/.test(part)) return 'has a character that Windows does not allow';
    if (/[ .]$/.test(part)) return 'has a part that ends with a dot or a space';
    if (devices.test(part)) return 'has a part that is a device on Windows';
  }
  return undefined;
}
