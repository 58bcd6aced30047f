import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Debian's docker-registry on a free port of this machine. */
export class ContainerRegistry implements Disposable {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(host: string, folder: string, process: ChildProcess) {
    this.host = host;
    this.#folder = folder;
    this.#process = process;
  }

  static isInstalled(): boolean {
    return spawnSync('docker-registry', ['--version']).status === 0;
  }

  static async start(): Promise<ContainerRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-registry-'));
    const host = `127.0.0.1:${await freePort()}`;
    const config = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: host },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    // A file, because a pipe that nobody reads while a test runs a command would fill up, and stop the registry.
    const log = join(folder, 'log');
    const child = spawn('docker-registry', ['serve', join(folder, 'config.json')], {
      stdio: ['ignore', 'ignore', openSync(log, 'w')],
    });
    while (!readFileSync(log, 'utf8').includes('listening on')) {
      if (child.exitCode !== null)
        throw new Error(`docker-registry did not start: ${readFileSync(log, 'utf8')}`);
      await setTimeout(50);
    }
    return new ContainerRegistry(host, folder, child);
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
