import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A registry in this process, as small as the OCI distribution specification allows, that can misbehave. */
export class TestRegistry implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { readonly type: string; readonly text: string }>();
  /** The requests so far: `PUT /v2/app/manifests/latest`. */
  readonly requests: string[] = [];
  /** Answers a request instead of the registry if it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      if (!this.intercept(request, response)) void this.#answer(request, response);
    });
  }

  static async start(): Promise<TestRegistry> {
    const registry = new TestRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', `http://${this.host}`);
    const [, kind = '', name = ''] =
      /^\/v2\/.+?\/(manifests|blobs\/uploads|blobs|referrers)\/(.*)$/.exec(url.pathname) ?? [];
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const end = (status: number, headers: Record<string, string> = {}, content?: string | Buffer) => {
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : content);
    };
    if (kind === 'manifests' && request.method === 'PUT') {
      const text = body.toString();
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      const entry = { type: request.headers['content-type'] ?? '', text };
      this.manifests.set(name, entry);
      this.manifests.set(digest, entry);
      end(201, { 'docker-content-digest': digest });
    } else if (kind === 'manifests') {
      const found = this.manifests.get(name);
      if (found === undefined) {
        end(404);
        return;
      }
      const digest = `sha256:${createHash('sha256').update(found.text).digest('hex')}`;
      const length = String(Buffer.byteLength(found.text));
      end(
        200,
        { 'content-type': found.type, 'docker-content-digest': digest, 'content-length': length },
        found.text,
      );
    } else if (kind === 'blobs/uploads' && request.method === 'POST') {
      const mount = url.searchParams.get('mount');
      if (mount !== null && this.blobs.has(mount)) end(201);
      else end(202, { location: `/v2/app/blobs/uploads/1?state=a` });
    } else if (kind === 'blobs/uploads') {
      const digest = url.searchParams.get('digest') ?? '';
      if (digest === `sha256:${createHash('sha256').update(body).digest('hex')}`)
        this.blobs.set(digest, body);
      end(this.blobs.has(digest) ? 201 : 400);
    } else if (kind === 'blobs') {
      const blob = this.blobs.get(name);
      if (blob === undefined) end(404);
      else end(200, { 'content-length': String(blob.length) }, blob);
    } else end(url.pathname === '/v2/' ? 200 : 404);
  }
}
