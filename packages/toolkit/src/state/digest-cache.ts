import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../environment/environment.js';
import { readRegularFile, streamRegularFile } from '../files/read-file.js';
import { readState, writeState } from './state.js';
import { formatSize } from '../text/units.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

const entry = z.strictObject({
  /** The properties of the file. While they are unchanged, the digest is valid. */
  stamp: z.string(),
  sha256: z.string(),
});

type Entry = Readonly<z.output<typeof entry>>;

const format = { version: 1, schema: z.record(z.string(), entry) };

/**
 * Caches the sha256 of large files that rarely change, such as compilers and linkers, per machine. Entries
 * are keyed by size, inode and times. The change time cannot be set back, so a replaced file is read again
 * even if its modification time is the same.
 */
export class DigestCache {
  private readonly entries: Map<string, Entry>;
  private readonly folders = new Map<string, Promise<string>>();
  private dirty = false;

  constructor(private readonly path: string = defaultPath()) {
    this.entries = new Map(Object.entries(readState(path, format) ?? {}));
  }

  /**
   * Returns the file's sha256 in hexadecimal. Undefined if it is not a regular file or cannot be read. For
   * a very large file, size and times are hashed instead of its contents.
   */
  async digest(file: string): Promise<string | undefined> {
    const found = stampOf(file);
    if (found === undefined) return undefined;
    if (found.size > maxFileSize) {
      warnOnce(
        toolkitError('INPUT_TOO_LARGE', {
          what: `the content of ${file} is too large to be hashed`,
          why: `the file is larger than ${formatSize(maxFileSize)}, so Millwright hashes its size and modification time instead; a change that keeps both will not trigger a rebuild`,
        }),
      );
      return createHash('sha256').update(found.stamp).digest('hex');
    }
    return this.known(file, found.stamp, () => sha256Of(file));
  }

  /**
   * Returns a digest of the names and contents of all files below a folder. Files are read only if the
   * properties of any of them changed, and checked once per instance of this class, because Rust's library
   * has thousands. A folder with more than {@link maxFiles} files is skipped with a warning.
   * @param left names directly below the folder that are excluded
   */
  digestFolder(folder: string, left: readonly string[] = []): Promise<string> {
    const known = this.folders.get(folder) ?? this.readFolder(folder, left);
    this.folders.set(folder, known);
    return known;
  }

  private async readFolder(folder: string, left: readonly string[]): Promise<string> {
    const names: string[] = [];
    const stamps = createHash('sha256');
    for (const name of filesBelow(folder, left)) {
      const found = stampOf(join(folder, name));
      if (found === undefined) continue;
      names.push(name);
      stamps.update(`${name}\0${found.stamp}\0`);
    }
    return this.known(`${folder}/`, stamps.digest('hex'), async () => {
      const hash = createHash('sha256');
      for (const name of names) hash.update(`${name}\0${(await sha256Of(join(folder, name))) ?? ''}\0`);
      return hash.digest('hex');
    });
  }

  private async known<Digest extends string | undefined>(
    path: string,
    stamp: string,
    read: () => Promise<Digest>,
  ): Promise<Digest | string> {
    const entry = this.entries.get(path);
    if (entry?.stamp === stamp) return entry.sha256;
    const sha256 = await read();
    if (sha256 === undefined) return sha256;
    this.entries.set(path, { stamp, sha256 });
    this.dirty = true;
    return sha256;
  }

  /**
   * Saves the cache without entries of files that are gone, which every later run would have to read. A cache that cannot
   * be saved only costs time.
   */
  save(): void {
    if (!this.dirty) return;
    for (const path of this.entries.keys()) if (!existsSync(path)) this.entries.delete(path);
    writeState(this.path, format, Object.fromEntries(this.entries));
    this.dirty = false;
  }
}

function defaultPath(): string {
  return join(cacheFolder(), 'digests.json');
}

/** The maximum size of files that are read, in bytes. No compiler or library is that large. */
const maxFileSize = 4 * 2 ** 30;

/** The maximum number of files in a folder. */
const maxFiles = 100_000;

/** Returns the sorted files below a folder, relative to it. Empty if it does not exist or has too many. */
function filesBelow(folder: string, left: readonly string[]): string[] {
  const found: string[] = [];
  const pending = [''];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of entriesOf(join(folder, path))) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (left.includes(name)) continue;
      if (entry.isDirectory()) pending.push(name);
      else found.push(name);
    }
    if (found.length + pending.length <= maxFiles) continue;
    warnOnce(
      toolkitError('INPUT_TOO_LARGE', {
        what: `the folder ${folder} has too many files to be hashed`,
        why: `the folder has more than ${maxFiles} files; changes in them will not trigger a rebuild`,
      }),
    );
    return [];
  }
  return found.sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Returns the properties that identify the state of a regular file. */
function stampOf(file: string): { readonly stamp: string; readonly size: number } | undefined {
  try {
    const stat = statSync(file, { bigint: true });
    if (!stat.isFile()) return undefined;
    const { size, ino, mtimeNs, ctimeNs } = stat;
    return { stamp: [size, ino, mtimeNs, ctimeNs].join(':'), size: Number(size) };
  } catch {
    return undefined;
  }
}

/** Smaller files are read at once instead of streamed, in bytes. */
const smallFile = 1 << 20;

async function sha256Of(file: string): Promise<string | undefined> {
  const { bytes, failure } = readRegularFile(file, { limit: smallFile });
  if (bytes !== undefined) return createHash('sha256').update(bytes).digest('hex');
  if (failure.kind !== 'too large') return undefined;
  const hash = createHash('sha256');
  try {
    for await (const chunk of streamRegularFile(file, smallFile)) hash.update(chunk);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
