import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

interface Entry {
  /** What the system says of the file; the digest holds while this does. */
  readonly stamp: string;
  readonly sha256: string;
}

/**
 * sha256 of large files that seldom change (compilers, linkers), kept per machine beside what the system
 * says of each file: size, inode, times of change. The change time cannot be set back, so a file replaced
 * in place is read again even when its modification time is kept.
 */
export class DigestCache {
  private readonly entries: Map<string, Entry>;
  private readonly folders = new Map<string, Promise<string>>();
  private dirty = false;

  constructor(private readonly path: string = defaultPath()) {
    this.entries = new Map(Object.entries(readEntries(path)));
  }

  /** The file's sha256 in hexadecimal; undefined where it cannot be read. */
  async digest(file: string): Promise<string | undefined> {
    const stamp = stampOf(file);
    if (stamp === undefined) return undefined;
    return this.known(file, stamp, () => sha256Of(file));
  }

  /**
   * One digest for names and contents of all files below a folder. They are read only when what the system says
   * of any of them is new, and looked at once in the life of this object: Rust's library has thousands.
   * @param left names directly below the folder that do not count
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
      const stamp = stampOf(join(folder, name));
      if (stamp === undefined) continue;
      names.push(name);
      stamps.update(`${name}\0${stamp}\0`);
    }
    return this.known(`${folder}/`, stamps.digest('hex'), async () => {
      const hash = createHash('sha256');
      for (const name of names) hash.update(`${name}\0${await sha256Of(join(folder, name))}\0`);
      return hash.digest('hex');
    });
  }

  private async known(path: string, stamp: string, read: () => Promise<string>): Promise<string> {
    const entry = this.entries.get(path);
    if (entry?.stamp === stamp) return entry.sha256;
    const sha256 = await read();
    this.entries.set(path, { stamp, sha256 });
    this.dirty = true;
    return sha256;
  }

  /** Keeps what was learnt; a cache that cannot be written only costs time. */
  save(): void {
    if (!this.dirty) return;
    const temporary = `${this.path}.${process.pid}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.entries)));
      renameSync(temporary, this.path);
      this.dirty = false;
    } catch {
      // A read-only home folder is no reason to fail a build.
    }
  }
}

function defaultPath(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'millwright', 'digests.json');
}

function readEntries(path: string): Record<string, Entry> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Entry>;
  } catch {
    return {};
  }
}

/** Relative to the folder, sorted; a folder that is not there has none. */
function filesBelow(folder: string, left: readonly string[]): string[] {
  const below = (path: string): string[] => {
    const entries = readdirSync(join(folder, path), { withFileTypes: true });
    return entries.flatMap((entry) => {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (left.includes(name)) return [];
      return entry.isDirectory() ? below(name) : [name];
    });
  };
  try {
    return below('').sort();
  } catch {
    return [];
  }
}

function stampOf(file: string): string | undefined {
  try {
    const { size, ino, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [size, ino, mtimeNs, ctimeNs].join(':');
  } catch {
    return undefined;
  }
}

/** Below this a stream costs more than the file, in bytes. */
const smallFile = 1 << 20;

async function sha256Of(file: string): Promise<string> {
  if (statSync(file).size < smallFile) return createHash('sha256').update(readFileSync(file)).digest('hex');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: smallFile }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
