import { foldCase } from '../layout/project-folders.js';
import { pathProblem } from '../release/checksum-file.js';

/** What an archive says of one of its members. */
export interface ArchiveEntry {
  /** With forward slashes; for a folder without the one at its end. */
  readonly name: string;
  /** `file`, `folder`, or the archive's own word for anything else. */
  readonly kind: string;
  /** In bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
}

/** How large an archive may be unpacked. */
export interface UnpackLimits {
  readonly entries: number;
  /** All files together. */
  readonly bytes: number;
  /** How many times larger than the archive the files may be; not applied below `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  entries: 20_000,
  bytes: 4 * 2 ** 30,
  ratio: 200,
  ratioFrom: 64 * 2 ** 20,
};

/** What the files of an archive may have together, in bytes. */
export function largestContent({ bytes, ratio, ratioFrom }: UnpackLimits, archiveSize: number): number {
  return Math.min(bytes, Math.max(ratioFrom, archiveSize * ratio));
}

/** Names that Windows keeps for devices, with any ending. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.| *$)/i;
const maxNameLength = 255;
const maxPathLength = 1024;

/** Why an archive cannot be unpacked, as a clause; undefined if it can. */
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
    if (kinds.has(foldCase(name))) return `${shown} is there twice, on a system that ignores case`;
    kinds.set(foldCase(name), kind);
  }
  if (!entries.some(({ kind }) => kind === 'file')) return 'it has no files';
  for (const { name } of entries) {
    const parts = foldCase(name).split('/');
    const file = parts.findIndex((_, end) => kinds.get(parts.slice(0, end).join('/')) === 'file');
    if (file !== -1) return `${JSON.stringify(name.slice(0, 80))} lies below a file`;
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
