import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readRegularFile } from '@millwright/toolkit/core';

/** What Go stored for an action. */
export interface GoObject {
  /** SHA-256 of the content, in hex: what Go calls the output. */
  readonly output: string;
  /** In bytes. */
  readonly size: number;
  readonly path: string;
  /** When it was stored. */
  readonly time: Date;
}

const hour = 3_600_000;
/** As long as Go keeps what nobody uses (cmd/go/internal/cache, trimLimit). */
const unusedMilliseconds = 5 * 24 * hour;
const nameForm = /^[\da-f]{64}$/;

/**
 * The objects on this machine: `actions/<action>` names the output, `outputs/<output>` is its content. Several processes may use
 * a folder at once. All of them belong to the same trust class.
 */
export class GoObjects {
  readonly #actions: string;
  readonly #outputs: string;

  constructor(folder: string) {
    this.#actions = join(folder, 'actions');
    this.#outputs = join(folder, 'outputs');
  }

  /** Creates the folders, and removes what nobody used for five days. */
  async prepare(now = Date.now()): Promise<void> {
    for (const folder of [this.#actions, this.#outputs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
        if (mtimeMs < now - unusedMilliseconds) await rm(path, { force: true });
      }
    }
  }

  /** @param action in hex */
  async find(action: string): Promise<GoObject | undefined> {
    const { bytes } = readRegularFile(join(this.#actions, action), { limit: 1000 });
    const [output = '', size = ''] = bytes?.toString('latin1').split(' ') ?? [];
    if (!nameForm.test(output)) return undefined;
    const path = join(this.#outputs, output);
    const found = await stat(path).catch(() => undefined);
    // A loss of power leaves empty files behind.
    if (found?.size !== Number(size)) return undefined;
    const now = new Date();
    if (now.getTime() - found.mtimeMs > hour) await touch([join(this.#actions, action), path], now);
    return { output, size: found.size, path, time: found.mtime };
  }

  /**
   * Stores the content of an action. It appears whole or not at all.
   * @param action in hex
   */
  async store(action: string, content: AsyncIterable<Buffer>): Promise<GoObject> {
    const temporary = join(this.#outputs, randomUUID());
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(Readable.from(content, { objectMode: false }), measure, createWriteStream(temporary));
      const output = hash.digest('hex');
      const path = join(this.#outputs, output);
      await rename(temporary, path);
      const record = join(this.#actions, randomUUID());
      await writeFile(record, `${output} ${size}`);
      await rename(record, join(this.#actions, action));
      return { output, size, path, time: new Date() };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

/** Another process may have removed them. */
async function touch(paths: readonly string[], time: Date): Promise<void> {
  for (const path of paths) await utimes(path, time, time).catch(() => undefined);
}
