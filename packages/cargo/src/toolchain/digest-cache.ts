import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
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
  private dirty = false;

  constructor(private readonly path: string = defaultPath()) {
    this.entries = new Map(Object.entries(readEntries(path)));
  }

  /** The file's sha256 in hexadecimal; undefined where it cannot be read. */
  async digest(file: string): Promise<string | undefined> {
    const stamp = stampOf(file);
    if (stamp === undefined) return undefined;
    const known = this.entries.get(file);
    if (known?.stamp === stamp) return known.sha256;
    const sha256 = await sha256Of(file);
    this.entries.set(file, { stamp, sha256 });
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

function stampOf(file: string): string | undefined {
  try {
    const { size, ino, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [size, ino, mtimeNs, ctimeNs].join(':');
  } catch {
    return undefined;
  }
}

function sha256Of(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(file, { highWaterMark: 1 << 20 })
      .on('data', (chunk) => hash.update(chunk))
      .on('end', () => {
        resolve(hash.digest('hex'));
      })
      .on('error', reject);
  });
}
