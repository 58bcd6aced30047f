import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const token = 'a-token';

/** A server that a test started. */
export interface CacheServer extends Disposable {
  /** The environment variables that make Nx use it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a server of Nx's self-hosted cache API in a separate process, because tests block while Nx runs. */
export async function startCacheServer(): Promise<CacheServer> {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  return {
    env: {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: `http://127.0.0.1:${port.toString().trim()}`,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token,
    },
    [Symbol.dispose]: () => {
      server.kill();
    },
  };
}

/** https://nx.dev/docs/guides/tasks--caching/self-hosted-caching: results by hash, which are never replaced. */
function serve(): void {
  const results = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const answer = (status: number, body?: Buffer) => {
      response.writeHead(status).end(body);
    };
    const hash = /^\/v1\/cache\/(\w+)$/.exec(request.url ?? '')?.[1] ?? '';
    const found = results.get(hash);
    if (request.headers.authorization !== `Bearer ${token}`) answer(401);
    else if (request.method === 'GET') answer(found === undefined ? 404 : 200, found);
    else if (found !== undefined) answer(409);
    else {
      void buffer(request).then((body) => {
        results.set(hash, body);
        answer(200);
      });
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(typeof address === 'object' ? address?.port : address);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve();
