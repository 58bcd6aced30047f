/** A thread of clients that write entries, or read URLs, each one after another over its own connection. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { entryOf, sha256 } from '../../e2e/cache/kills.ts';

export interface ThreadTask {
  readonly clients: number;
  readonly token: string;
  /** The URLs to read, or to write entries to. */
  readonly urls: readonly string[];
  /** The size of each entry to write, in bytes; undefined to read. */
  readonly size: number | undefined;
}

export interface ThreadResult {
  /** The bytes of all bodies. */
  readonly bytes: number;
  /** The SHA-256 of each entry that was written, in the order of the URLs. */
  readonly digests: readonly string[];
}

const { clients, token, urls, size } = workerData as ThreadTask;
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const digests: string[] = [];
let bytes = 0;
let next = 0;

async function send(url: string, body: Buffer | undefined): Promise<void> {
  const sending = request(url, {
    agent,
    method: body === undefined ? 'GET' : 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-length': body.length }),
    },
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  sending.end(body);
  const [response] = await answered;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  bytes += body?.length ?? 0;
  if (response.statusCode !== 200) throw new Error(`${url} is answered with ${String(response.statusCode)}`);
}

await Promise.all(
  Array.from({ length: clients }, async () => {
    for (;;) {
      const index = next++;
      const url = urls[index];
      if (url === undefined) return;
      const body = size === undefined ? undefined : await entryOf(url, size);
      if (body !== undefined) digests[index] = sha256(body);
      await send(url, body);
    }
  }),
);
agent.destroy();
parentPort?.postMessage({ bytes, digests } satisfies ThreadResult);
