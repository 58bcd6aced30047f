import { createHash } from 'node:crypto';
import { readRegularFile, statOf } from '@millwright/toolkit';

interface Stamp {
  /** Of the file's identity; where it is the same, so are the bytes. */
  readonly state: string;
  readonly digest: string;
}

/** What was last seen of some files. */
export class Stamps {
  private stamps = new Map<string, Stamp>();

  constructor(paths: Iterable<string>) {
    this.follow(paths);
  }

  /** Takes other files from now on; of those that stay it is remembered what was seen. */
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

  /** The files that have other bytes than when this was last asked, or came or went. */
  takeChanged(): string[] {
    return [...this.stamps].flatMap(([path, before]) => {
      const stamp = stampOf(path, before);
      this.stamps.set(path, stamp);
      return stamp.digest === before.digest ? [] : [path];
    });
  }
}

/** A file that is not there has a stamp too. */
function stampOf(path: string, before: Stamp | undefined): Stamp {
  const found = statOf(path);
  const state = found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
  if (state === before?.state) return before;
  const bytes = state === '' ? undefined : readRegularFile(path, { limit: largestBuilt }).bytes;
  if (bytes === undefined) return { state: '', digest: '' };
  return { state, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** The largest program that is read, in bytes: no buffer of Node holds more. */
const largestBuilt = 2 ** 31 - 1;
