import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { windmillError } from '../errors.js';
import type { Simulation } from './simulation.js';

export interface Listener extends AsyncDisposable {
  /** The address for `baseUrl`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Milliseconds. Longer than any client keeps an idle connection, so that none sends a request on one that is being closed. */
const keepAliveTimeout = 65_000;

/** The largest body that is read, in bytes: a server's default. */
const largestBody = 10 * 1_024 ** 2;

/**
 * Serves a simulation over HTTP on this machine. Give it the clock of the system: others cannot see virtual time pass.
 * @param port 0 takes a free one
 * @throws SIMULATION_PORT_UNUSABLE
 */
export async function listen(simulation: Simulation, port: number): Promise<Listener> {
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    void answer(simulation, request, response).catch(() => {
      // A connection that the simulation breaks, or whose client has gone.
      request.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const error = windmillError('SIMULATION_PORT_UNUSABLE', {
        what: `the simulation cannot listen on port ${port}`,
        why: cause.message,
        cause,
      });
      reject(error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, close, [Symbol.asyncDispose]: close };
}

async function answer(
  simulation: Simulation,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    outgoing.writeHead(413).end();
    return;
  }
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const request = new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
    method: incoming.method ?? 'GET',
    headers,
    signal: gone.signal,
    ...(body.length === 0 ? {} : { body }),
  });
  const response = await simulation.fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}

/** @returns undefined if the body is too large */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
