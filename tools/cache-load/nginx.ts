import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** nginx as Debian configures it, for a folder. */
export class Nginx {
  readonly #root: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'millwright-nginx-'));
  #process: ChildProcess | undefined;
  url = '';

  /** @param root the folder to serve */
  constructor(root: string) {
    this.#root = root;
  }

  /** @throws Error if nginx is not installed, or ends */
  async start(): Promise<void> {
    if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).error !== undefined)
      throw new Error('nginx is not installed: apt-get install nginx-light');
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    writeFileSync(join(this.#folder, 'nginx.conf'), this.#config(port));
    this.#process = spawn('nginx', ['-p', this.#folder, '-c', 'nginx.conf'], { stdio: 'inherit' });
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error('nginx ended');
      try {
        await (await fetch(this.url)).arrayBuffer();
        return;
      } catch {
        // It does not listen yet.
        await new Promise(setImmediate);
      }
    }
  }

  async close(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.#process?.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** As in Debian's nginx.conf, but with a folder of its own, and without a log of requests. */
  #config(port: number): string {
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${this.#folder}/${name};`,
    );
    return `
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off;
      worker_processes auto;
      pid ${this.#folder}/pid;
      error_log stderr error;
      events { worker_connections 768; }
      http {
        sendfile on;
        tcp_nopush on;
        access_log off;
        ${own.join('\n        ')}
        server { listen 127.0.0.1:${port}; root ${this.#root}; }
      }`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
