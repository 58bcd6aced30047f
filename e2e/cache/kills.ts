import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { randomOf } from '../../tools/testing/random.ts';
import { MillwrightServer } from './millwright-server.ts';

const mebibyte = 2 ** 20;
const chunkBytes = 2 ** 16;

/** What one kill interrupts. */
export interface CacheKill {
  /** The size of each entry that is being written, in bytes. */
  readonly sizes: readonly number[];
  /** When the server is killed: after this part of all bytes was sent. 1 is before an answer to the last of them. */
  readonly moment: number;
}

/** Returns the kill of an index: two or three entries, of which one in a hundred has 200 MB. */
export function cacheKill(index: number): CacheKill {
  const count = index % 2 === 0 ? 2 : 3;
  const sizes = Array.from({ length: count }, (_, entry) => {
    const random = randomOf(index * 3 + entry, 'size');
    if (random > 0.99) return 200 * mebibyte;
    return Math.ceil(1000 * (4 * mebibyte) ** (random * 0.5));
  });
  return { sizes, moment: randomOf(index, 'moment') };
}

/** Kills a server while entries are written, and compares what it serves after its next start. */
export class CacheKiller {
  readonly #server = new MillwrightServer();
  #token: Promise<string> | undefined;
  /** The digests of all entries that were acknowledged, by hash. */
  readonly #acknowledged = new Map<string, string>();

  /**
   * @param index names the entries
   * @returns what happened
   * @throws Error if an acknowledged entry was lost, or any entry is wrong
   */
  async run({ sizes, moment }: CacheKill, index: number): Promise<string> {
    this.#token ??= this.#server.start().then(() => this.#server.token('trusted'));
    const token = await this.#token;
    const entries = await Promise.all(
      sizes.map(async (size, entry) => {
        const content = await entryOf(`${index}/${entry}`, size);
        return { hash: `${index + 1}00${entry}`, content, digest: sha256(content) };
      }),
    );
    const total = entries.reduce((sum, { content }) => sum + content.length, 0);
    const reached = Promise.withResolvers<undefined>();
    let sent = 0;
    const uploads = Promise.allSettled(
      entries.map(async ({ hash, content, digest }) => {
        const status = await this.#put(hash, content, token, (bytes) => {
          sent += bytes;
          if (sent >= moment * total) reached.resolve(undefined);
        });
        if (status !== 200) throw new Error(`a write is answered with ${status}`);
        this.#acknowledged.set(hash, digest);
      }),
    );
    await reached.promise;
    await this.#server.kill();
    const ended = await uploads;
    const refused = ended.find(
      (one) => one.status === 'rejected' && String(one.reason).includes('answered with'),
    );
    if (refused !== undefined) throw new Error(String((refused as PromiseRejectedResult).reason));
    await this.#server.start();
    let unacknowledged = 0;
    for (const { hash, digest } of entries)
      if ((await this.#compare(hash, digest, token)) && !this.#acknowledged.has(hash)) unacknowledged += 1;
    // Of earlier kills: each time three others.
    const earlier = [...this.#acknowledged].filter(([hash]) => !entries.some((one) => one.hash === hash));
    for (let one = 0; one < Math.min(3, earlier.length); one += 1) {
      const [hash, digest] = earlier[Math.floor(randomOf(index, `earlier ${one}`) * earlier.length)] ?? [
        '',
        '',
      ];
      await this.#compare(hash, digest, token);
    }
    const own = entries.filter(({ hash }) => this.#acknowledged.has(hash)).length;
    return `${own} of ${sizes.length} entries acknowledged, ${unacknowledged} more stored, ${total} bytes`;
  }

  /** Compares all acknowledged entries, and what the server finds in its own storage. */
  async compareAll(): Promise<number> {
    const token = (await this.#token) ?? '';
    for (const [hash, digest] of this.#acknowledged) await this.#compare(hash, digest, token);
    const findings = (await this.#server.findings()).filter((kind) => kind !== 'orphaned');
    if (findings.length > 0) throw new Error(`the storage has findings: ${findings.join(', ')}`);
    return this.#acknowledged.size;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** Writes an entry with its length, as Nx does. Calls `sent` with the number of bytes that were handed to the socket. */
  async #put(
    hash: string,
    content: Buffer,
    token: string,
    sent: (bytes: number) => void,
  ): Promise<number | undefined> {
    const sending = request(`${this.#server.url}/v1/cache/${hash}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-length': content.length },
    });
    const chunks = function* () {
      for (let at = 0; at < content.length; at += chunkBytes) {
        const chunk = content.subarray(at, at + chunkBytes);
        yield chunk;
        sent(chunk.length);
      }
    };
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    const [[response]] = await Promise.all([answered, pipeline(chunks, sending)]);
    response.resume();
    return response.statusCode;
  }

  /** Returns whether the server has an entry. */
  async #compare(hash: string, digest: string, token: string): Promise<boolean> {
    const response = await this.#server.ask(`/v1/cache/${hash}`, token);
    const content = Buffer.from(await response.arrayBuffer());
    if (response.status === 404 && !this.#acknowledged.has(hash)) return false;
    if (response.status !== 200)
      throw new Error(`the acknowledged entry ${hash} is lost: ${response.status}`);
    if (sha256(content) !== digest) throw new Error(`the entry ${hash} has other content`);
    return true;
  }
}

/** Returns an archive as Nx writes it, with an output of incompressible bytes. */
export async function entryOf(seed: string, size: number): Promise<Buffer> {
  const block = createHash('shake256', { outputLength: Math.min(size, mebibyte) })
    .update(seed)
    .digest();
  const tar = pack();
  tar.entry({ name: 'code' }, Buffer.alloc(4));
  tar.entry({ name: 'terminalOutput' }, seed);
  tar.entry({ name: 'artifacts/app' }, Buffer.alloc(size, block));
  tar.finalize();
  return gzipSync(await buffer(tar), { level: 0 });
}

/** Returns the digest under which the server stores an entry. */
export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
