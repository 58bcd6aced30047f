import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from '../workspace.ts';

export const cli = join(repository, 'packages/cli/dist/cli.js');

/** `millwright serve` on a port of its own, which can be killed and started again. By default with the embedded database. */
export class MillwrightServer {
  readonly data = mkdtempSync(join(tmpdir(), 'millwright-served-'));
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;
  #adminToken = '';
  url = '';

  /** @param options of `millwright serve` */
  constructor(options: readonly string[] = []) {
    this.#options = options;
  }

  /** The process; undefined before the first start. */
  /** @throws Error if the server ends before it listens */
  async start(): Promise<void> {
    const port = this.url === '' ? await freePort() : new URL(this.url).port;
    const args = [cli, 'serve', '--json', '--port', String(port), '--data', this.data, ...this.#options];
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    if (this.#process.stdout === null) throw new Error('the server has no output');
    for await (const line of createInterface(this.#process.stdout)) {
      const started = JSON.parse(line) as { readonly url?: string; readonly adminToken?: string | null };
      if (started.url === undefined) throw new Error(line);
      this.url = started.url;
      this.#adminToken = started.adminToken ?? this.#adminToken;
      return;
    }
    throw new Error('the server ended before it listened');
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async kill(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.#process?.kill('SIGKILL');
    await ended;
  }

  /** Kills the server and removes its data. */
  async close(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Returns a new token with all rights. */
  administrator(): Promise<string> {
    return this.token('dev:administrator', ['admin']);
  }

  /** Returns a new token. */
  async token(trustClass: string, scopes = ['cache:read', 'cache:write']): Promise<string> {
    const body = { name: 'x', workspace: 'shop', trustClass, scopes };
    const response = await this.ask('/v1/tokens', this.#adminToken, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return ((await response.json()) as { readonly token: string }).token;
  }

  /** Names what `millwright storage check` would name. */
  async findings(): Promise<string[]> {
    const response = await this.ask('/v1/storage-checks', this.#adminToken, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const lines = (await response.text()).trim().split('\n');
    return lines.flatMap((line) =>
      (JSON.parse(line) as { readonly findings: { readonly kind: string }[] }).findings.map(
        ({ kind }) => kind,
      ),
    );
  }

  ask(path: string, token: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` },
    });
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
