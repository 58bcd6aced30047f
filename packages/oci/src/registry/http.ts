import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A body in memory, or a function that opens it: once per attempt. */
  readonly body?: string | { readonly size: number; readonly open: () => Readable } | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Must be read or destroyed. */
  readonly body: IncomingMessage;
}

/** Sends requests. One for each registry, so that connections are used again. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** How long a connection may stay silent, in milliseconds. A registry may take minutes to commit a large blob. */
const idleLimit = 300_000;

/**
 * Returns a sender that verifies servers against the system's certificates of Node, or one's own. Proxies are taken
 * from HTTPS_PROXY, HTTP_PROXY and NO_PROXY. (Node's fetch takes neither certificates nor proxies by itself.)
 * @param ca certificates in PEM
 */
export function sender(ca: string | undefined, env: NodeJS.ProcessEnv): Send {
  const shared = { keepAlive: true, maxSockets: 8, proxyEnv: env };
  const [http, https] = [
    new HttpAgent(shared),
    new HttpsAgent({ ...shared, ...(ca === undefined ? {} : { ca }) }),
  ];
  return ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const start = isSecure ? httpsRequest : httpRequest;
      const length =
        body === undefined ? undefined : typeof body === 'string' ? Buffer.byteLength(body) : body.size;
      const request = start(url, {
        method,
        agent: isSecure ? https : http,
        timeout: idleLimit,
        headers: {
          'user-agent': 'millwright',
          ...headers,
          ...(length === undefined
            ? method === 'POST' || method === 'PUT'
              ? { 'content-length': 0 }
              : {}
            : { 'content-length': length }),
        },
      });
      let isAnswered = false;
      request.once('response', (response) => {
        isAnswered = true;
        // An answer before the end of the body, such as 401, ends the upload.
        if (!request.writableEnded) response.once('end', () => request.destroy());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      request.once('timeout', () => request.destroy(new Error('the registry does not answer')));
      request.on('error', (error) => {
        if (!isAnswered) reject(error);
      });
      if (body === undefined || typeof body === 'string') request.end(body);
      else
        pipeline(body.open(), request).catch((error: unknown) => {
          if (!isAnswered) request.destroy(error instanceof Error ? error : new Error(String(error)));
        });
    });
}

/** An answer has more bytes than its kind can have. */
export class AnswerTooLarge extends Error {
  constructor(limit: number) {
    super(`more than ${limit} bytes`);
  }
}

/**
 * Reads the body of a response as text.
 * @param limit in bytes
 * @throws AnswerTooLarge; Error if the connection closes before the end
 */
export async function textOf({ body }: HttpResponse, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      body.destroy();
      throw new AnswerTooLarge(limit);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
