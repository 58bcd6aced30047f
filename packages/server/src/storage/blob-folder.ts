import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BlobStore, type Received, type StoredBlob, TooLarge } from './blob-store.js';

const chunkBytes = 256 * 1024;

/** Blobs by SHA-256 in a folder: `blobs/ab/cdef…`. A blob is complete or absent, never partial. */
export class BlobFolder implements BlobStore {
  readonly #blobs: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#blobs = join(folder, 'blobs');
    this.#incoming = join(folder, 'incoming');
  }

  /** Creates the folders. */
  async prepare(): Promise<void> {
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
    await mkdir(this.#blobs, { recursive: true, mode: 0o700 });
  }

  /**
   * Removes what interrupted requests left behind. Another process on the folder may still be receiving.
   * @param time files to which nothing was written since are removed; in milliseconds since 1970
   */
  async removeAbandoned(time: number): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      if ((await modifiedAt(path)) < time) await rm(path, { force: true });
    }
  }

  async check(): Promise<void> {
    await access(this.#incoming, constants.W_OK);
  }

  async receive(content: Readable, limit: number, signal?: AbortSignal): Promise<Received> {
    const path = join(this.#incoming, randomUUID());
    const discard = () => rm(path, { force: true });
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        done(size > limit ? new TooLarge(`more than ${limit} bytes`) : null, chunk);
      },
    });
    try {
      // An acknowledged entry must survive a loss of power.
      await pipeline(content, measure, createWriteStream(path, { mode: 0o600, flush: true }), { signal });
    } catch (error) {
      await discard();
      throw error;
    }
    const digest = hash.digest('hex');
    return {
      digest,
      size,
      path,
      discard,
      stage: () => Promise.resolve(),
      keep: () => this.#keep(path, digest),
    };
  }

  async read(digest: string): Promise<StoredBlob | undefined> {
    try {
      const file = await open(this.#place(digest));
      const { size } = await file.stat();
      return { size, content: file.createReadStream({ highWaterMark: chunkBytes }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async remove(digest: string): Promise<void> {
    await rm(this.#place(digest), { force: true });
  }

  async *olderThan(time: number): AsyncGenerator<string> {
    for (const start of await readdir(this.#blobs)) {
      // A mounted disk has further files, such as lost+found.
      if (!/^[\da-f]{2}$/.test(start)) continue;
      for (const rest of await readdir(join(this.#blobs, start)))
        if (/^[\da-f]{62}$/.test(rest) && (await modifiedAt(join(this.#blobs, start, rest))) < time)
          yield start + rest;
    }
  }

  async #keep(path: string, digest: string): Promise<void> {
    await mkdir(join(this.#blobs, digest.slice(0, 2)), { recursive: true, mode: 0o700 });
    await rename(path, this.#place(digest));
  }

  #place(digest: string): string {
    return join(this.#blobs, digest.slice(0, 2), digest.slice(2));
  }
}

/** Returns the time of the last change in milliseconds since 1970: infinite for a file that is no longer there. */
async function modifiedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Infinity;
    throw error;
  }
}
