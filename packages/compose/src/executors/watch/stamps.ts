import { createHash } from 'node:crypto';
import { readRegularFile, statOf } from '@millwright/toolkit';

interface Stamp {
  /** Identifies the file's state. If it is equal, so is the content. */
  readonly state: string;
  readonly digest: string;
}

/** Remembers the last seen content of files. */
export class Stamps {
  private stamps = new Map<string, Stamp>();

  constructor(paths: Iterable<string>) {
    this.follow(paths);
  }

  /** Replaces the list of files. Files that stay keep their last seen content. */
  follow(paths: Iterable<string>): void {
    this.stamps = new Map(
      [...paths].map((path) => [path, this.stamps.get(path) ?? stampOf(path, undefined)] as const),
    );
  }

  get paths(): readonly string[] {
    return [...this.stamps.keys()];
  }

  has(path: string): boolean {
    return this.stamps.has(path);
  }

  /** Returns the files that were changed, added or removed since the last call. */
  takeChangedFiles(): string[] {
    return [...this.stamps].flatMap(([path, before]) => {
      const stamp = stampOf(path, before);
      this.stamps.set(path, stamp);
      return stamp.digest === before.digest ? [] : [path];
    });
  }
}

/** Returns the stamp of a file. A missing file has a stamp too. */
function stampOf(path: string, before: Stamp | undefined): Stamp {
  const found = statOf(path);
  const state = found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
  if (state === before?.state) return before;
  const bytes = state === '' ? undefined : readRegularFile(path, { limit: maxFileSize }).bytes;
  if (bytes === undefined) return { state: '', digest: '' };
  return { state, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** The largest file that is read, in bytes: the limit of a Node buffer. */
const maxFileSize = 2 ** 31 - 1;
