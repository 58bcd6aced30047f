import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { finished, pipeline } from 'node:stream/promises';
import { streamRegularFile } from '@millwright/toolkit/core';
import { labelHeaders } from '../cache/task-label.js';
import { compilersPath, protocolAnswer } from '../cache/compiler-objects.js';
import { isSignedEntry } from '../identity/signing-key.js';
import { readableClasses } from '../identity/trust-class.js';
import { BlobFolder } from '../storage/blob-folder.js';
import type { Received } from '../storage/blob-store.js';
import type { TaskFinder } from './nx-tasks.js';
import { parseJson, reasonOf, type Session } from './session.js';
import { type Counts, type Wanted, wantedOf } from './wanted.js';

/** What a proxy did, for the summary at the end. */
export interface ProxyStatistics extends Counts {
  /** Writes that the server, or a proxy before it, refused. */
  refused: number;
  /** Requests that the server did not answer, or answered wrongly. */
  failed: number;
  receivedBytes: number;
  /** The objects of compilers, which the other counts of hits, misses and stored entries do not include. */
  readonly compilers: Counts;
}

/** A running proxy for Nx and compilers. */
export interface CacheProxy {
  readonly url: string;
  /** Only who has it may use the proxy: other users of the machine reach the same address. */
  readonly token: string;
  readonly statistics: Readonly<ProxyStatistics>;
  readonly close: () => Promise<void>;
}

export interface ProxyOptions {
  /** A folder for entries that are being verified. */
  readonly folder: string;
  /** The time for one request to the server. */
  readonly milliseconds: number;
  /** Called with the reason at the first trouble of each kind. */
  readonly warn: (reason: string) => void;
  /** Opens the session again before its token expires. */
  readonly renew: () => Promise<Session>;
  /** Names the tasks of hashes, for people who look at the cache. */
  readonly tasks?: TaskFinder;
}

/** After so many failures the server is not asked again, so that a build does not wait for each task. */
const patience = 3;
const chunkBytes = 256 * 1024;
/** The server refuses larger ones. */
const largestEntry = 2 ** 33;

/**
 * Starts a proxy between Nx, sccache, Go and a server, on the loopback address. Nx fails tasks and whole runs if a cache does
 * not answer as expected, sccache does not start, and neither verifies anything. The proxy answers every trouble with a miss, or as not stored, and passes on only entries
 * that the server signed for the hash, the workspace and a class that this job may read.
 */
export async function startProxy(first: Session, options: ProxyOptions): Promise<CacheProxy> {
  const token = randomBytes(32).toString('base64url');
  const statistics: ProxyStatistics = {
    hits: 0,
    misses: 0,
    stored: 0,
    refused: 0,
    failed: 0,
    receivedBytes: 0,
    compilers: { hits: 0, misses: 0, stored: 0 },
  };
  const folder = new BlobFolder(options.folder);
  await folder.prepare();
  const warned = new Set<string>();
  const warn = (reason: string) => {
    if (!warned.has(reason)) options.warn(reason);
    warned.add(reason);
  };
  const fail = (reason: string) => {
    statistics.failed += 1;
    warn(reason);
  };
  let session = first;
  let renewing: Promise<void> | undefined;

  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    const isAllowed = request.headers.authorization === `Bearer ${token}`;
    const known =
      isAllowed && path.startsWith(compilersPath)
        ? protocolAnswer(method, path, session.trustClass)
        : undefined;
    if (known !== undefined) {
      request.resume();
      response.writeHead(known.status, { 'content-type': 'application/xml; charset=utf-8' }).end(known.body);
      return;
    }
    const wanted = isAllowed ? wantedOf(path, statistics) : undefined;
    if (wanted === undefined) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('this proxy serves one run of Nx');
      return;
    }
    const serve = method === 'GET' ? get(wanted, response) : put(wanted, request, response);
    serve.catch((error: unknown) => {
      // The client has ended, which is no trouble of the server.
      if (response.destroyed) return;
      fail(
        (error as Error).name === 'TimeoutError'
          ? `a request took more than ${options.milliseconds / 1000} seconds; --timeout allows more`
          : reasonOf(error),
      );
      // The rest of an upload is read, so that the client gets to the answer.
      request.resume();
      if (response.headersSent) response.destroy();
      else response.writeHead(request.method === 'GET' ? 404 : 403).end();
    });
  });

  async function get(wanted: Wanted, response: ServerResponse): Promise<void> {
    const entry = statistics.failed < patience ? await download(wanted) : undefined;
    if (entry === undefined) {
      wanted.counts.misses += 1;
      response.writeHead(404).end();
      return;
    }
    try {
      wanted.counts.hits += 1;
      statistics.receivedBytes += entry.size;
      response.writeHead(200, { 'content-length': entry.size, 'content-type': 'application/octet-stream' });
      await pipeline(streamRegularFile(entry.path, chunkBytes), response);
    } finally {
      await entry.discard();
    }
  }

  /** Returns the verified entry of a hash, or undefined for a miss. */
  async function download(wanted: Wanted): Promise<Received | undefined> {
    const signal = AbortSignal.timeout(options.milliseconds);
    const answer = await ask(wanted, { signal });
    if (answer.status !== 200 || answer.body === null) {
      await answer.body?.cancel();
      if (answer.status !== 404) throw new Error(`${session.server} answers ${answer.status} to a read`);
      return undefined;
    }
    const entry = await folder.receive(Readable.fromWeb(answer.body as WebStream), largestEntry, signal);
    const trustClass = answer.headers.get('millwright-trust-class') ?? '';
    const signature = answer.headers.get('millwright-signature') ?? '';
    const { workspace, publicKey } = session;
    const { hash } = wanted;
    if (
      readableClasses(session.trustClass).some((readable) => readable === trustClass) &&
      isSignedEntry(publicKey, { workspace, trustClass, hash, digest: entry.digest }, signature)
    )
      return entry;
    await entry.discard();
    throw new Error(`${session.server} sent an entry without a valid signature`);
  }

  async function put(wanted: Wanted, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { counts, exists } = wanted;
    // The server would receive all of it before its answer.
    if (statistics.failed >= patience || !session.canWrite) {
      await finished(request.resume());
      response.writeHead(403).end();
      return;
    }
    const signal = AbortSignal.timeout(options.milliseconds);
    const body = Readable.toWeb(request) as ReadableStream;
    const answer = await ask(wanted, {
      method: 'PUT',
      body,
      duplex: 'half',
      signal,
      length: request.headers['content-length'],
    });
    const text = await answer.text();
    const { status } = answer;
    // A proxy before the server can refuse a write, for example for its size, and pass on the next one.
    const isStored = status === 200 || status === 201;
    if (status === 401 || status >= 500 || (!isStored && status !== exists && status < 400))
      throw new Error(`${session.server} answers ${status} to a write`);
    if (isStored) counts.stored += 1;
    else if (status !== exists) {
      statistics.refused += 1;
      warn(`a result is not stored: ${refusalOf(status, text)}`);
    }
    request.resume();
    response
      .writeHead(isStored || status === exists ? status : 403, { 'content-type': 'text/plain' })
      .end(text);
  }

  async function ask(
    { hash, path }: Wanted,
    { length, ...init }: RequestInit & { readonly duplex?: 'half'; readonly length?: string | undefined },
  ): Promise<Response> {
    await renew();
    return fetch(session.server + path, {
      ...init,
      headers: {
        authorization: `Bearer ${session.token}`,
        'content-type': 'application/octet-stream',
        // Without it, some proxies before a server refuse a write.
        ...(length === undefined ? {} : { 'content-length': length }),
        ...labelHeaders(options.tasks?.find(hash)),
      },
    });
  }

  /** The token of a CI job can expire before a long run of Nx ends. */
  async function renew(): Promise<void> {
    const isDue = session.renewAt !== undefined && Date.now() >= session.renewAt;
    if (!isDue) return;
    renewing ??= (async () => {
      try {
        session = await options.renew();
      } catch (error) {
        warn(`the session cannot be renewed: ${reasonOf(error)}`);
        session = { ...session, renewAt: undefined };
      } finally {
        renewing = undefined;
      }
    })();
    await renewing;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, token, statistics, close };
}

/** Returns why a write was refused, as the server says it; a proxy before it says nothing that helps. */
function refusalOf(status: number, text: string): string {
  const { message } = (parseJson(text) ?? {}) as { readonly message?: unknown };
  if (typeof message === 'string') return message;
  const hint = status === 413 ? '; a proxy before the server limits the size of requests' : '';
  return `the answer is ${status}${hint}`;
}
