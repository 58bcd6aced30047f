import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { windmillError } from '../errors.js';
import { databaseUser, findPostgres } from './postgres.js';
import { databaseMarker, endDatabase, markerVariable, ServerTree } from './process-tree.js';

/** Lines that the error of a failed start shows. */
const keptLines = 40;
const name = 'windmill';
/** Connections of Windmill beside its pool, and those that PostgreSQL keeps for superusers. */
const furtherConnections = 20;

export interface DatabaseOptions {
  /** The state folder of the engine; the database is in a folder of its own in it. */
  readonly stateFolder: string;
  readonly marker: string;
  /** Connections of the server and its workers. */
  readonly connections: number;
  /** Seconds in which it must accept connections. */
  readonly timeout: number;
  /** Called with the process ID of each program, as soon as it is started. */
  readonly onStart: (pid: number) => void;
  /** Called when PostgreSQL ends by itself. */
  readonly onEnd: (how: string) => void;
  readonly log: (line: string) => void;
}

/**
 * A PostgreSQL server for development, which is as short-lived as its engine: it listens on 127.0.0.1 only, its password is
 * new for each engine, and it does not wait for the disk, because its data are deleted with it. They survive a crash of the server, not of the machine.
 */
export class EmbeddedDatabase {
  readonly password = randomBytes(24).toString('hex');
  readonly #tree: ServerTree;
  readonly #folder: string;
  readonly #user = databaseUser();
  readonly #lines: string[] = [];
  #url: string | undefined;
  #isInitialized = false;
  #isStopping = false;

  constructor(private readonly options: DatabaseOptions) {
    this.#tree = new ServerTree(databaseMarker(options.marker));
    this.#folder = join(options.stateFolder, 'database');
  }

  /**
   * Starts PostgreSQL unless it is running, and waits until it accepts connections.
   * @returns the database URL
   * @throws DATABASE_START_FAILED
   */
  async start(signal: AbortSignal): Promise<string> {
    if (this.#url !== undefined) return this.#url;
    const { timeout } = this.options;
    const limit = AbortSignal.timeout(timeout * 1_000);
    try {
      this.#url = await this.#start(AbortSignal.any([signal, limit]));
      return this.#url;
    } catch (error) {
      await endDatabase(this.#tree);
      signal.throwIfAborted();
      throw limit.aborted ? this.#failure(`it did not accept connections within ${timeout} seconds`) : error;
    }
  }

  /** Ends PostgreSQL and everything that it started. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await endDatabase(this.#tree);
  }

  async #start(signal: AbortSignal): Promise<string> {
    const programs = findPostgres();
    if (programs === undefined) {
      throw this.#failure(
        'there is no PostgreSQL on PATH or in the folders of packages',
        'run `apt-get install postgresql` or the like, or set `databaseUrl` to a running server',
      );
    }
    if (!this.#isInitialized) await this.#initialize(join(programs, 'initdb'), signal);
    const port = await freePort();
    signal.throwIfAborted();
    const accepts = Promise.withResolvers<undefined>();
    const args = settings(this.#data, port, this.options.connections);
    const server = this.#spawn(join(programs, 'postgres'), args, (line) => {
      if (line.includes('ready to accept connections')) accepts.resolve(undefined);
    });
    const ended = ending(server);
    void ended.then((how = 'ended') => {
      accepts.reject(this.#failure(`postgres ${how}`));
    });
    await unlessAborted(accepts.promise, signal);
    void ended.then((how = 'ended') => {
      this.#url = undefined;
      if (!this.#isStopping) this.options.onEnd(how);
    });
    return `postgres://${name}:${this.password}@127.0.0.1:${port}/postgres?sslmode=disable`;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  async #initialize(initdb: string, signal: AbortSignal): Promise<void> {
    const passwordFile = join(this.#folder, 'password');
    // What an attempt that was aborted has left.
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { mode: 0o700 });
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    if (this.#user !== undefined) {
      const { uid, gid } = this.#user;
      for (const path of [this.#folder, passwordFile]) chownSync(path, uid, gid);
      // That user may pass through the folder of root, and not list it.
      chmodSync(this.options.stateFolder, 0o711);
    }
    const flags = [
      '--auth=scram-sha-256',
      '--no-sync',
      '--no-locale',
      '--encoding=UTF8',
      '--no-instructions',
    ];
    const child = this.#spawn(initdb, [
      `--username=${name}`,
      `--pwfile=${passwordFile}`,
      ...flags,
      this.#data,
    ]);
    const how = await unlessAborted(ending(child), signal);
    if (how !== undefined) throw this.#failure(`initdb ${how}`);
    rmSync(passwordFile);
    this.#isInitialized = true;
  }

  /** The leader of a session, without this program's environment, as another user if this one is root. */
  #spawn(program: string, args: readonly string[], onLine?: (line: string) => void): ChildProcess {
    const child = spawn(program, args, {
      cwd: this.#folder,
      env: {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        HOME: this.#folder,
        LC_ALL: 'C',
        [markerVariable]: databaseMarker(this.options.marker),
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.#user,
    });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > keptLines) this.#lines.shift();
        this.options.log(line);
        onLine?.(line);
      });
    }
    if (child.pid !== undefined) {
      this.#tree.add(child.pid);
      this.options.onStart(child.pid);
    }
    return child;
  }

  #failure(how: string, remedy?: string): Error {
    const last = this.#lines.findLast((line) => /\b(?:FATAL|PANIC|error):/.test(line));
    return windmillError('DATABASE_START_FAILED', {
      what: 'the embedded PostgreSQL did not start',
      why: last === undefined ? how : `${how}: ${last}`,
      output: this.#lines.join('\n'),
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}

/**
 * The arguments of `postgres`. Its shared memory is in files of the data folder, so that none of it outlives the folder.
 * @param connections of the server and its workers
 */
export function settings(data: string, port: number, connections: number): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: connections + furtherConnections,
    dynamic_shared_memory_type: 'mmap',
    fsync: 'off',
    full_page_writes: 'off',
  };
  return ['-D', data, ...Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

/** Resolves to how a program failed, or to undefined if it succeeded. */
function ending(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve(`cannot be run: ${message}`);
    });
    // Not `exit`: its last lines name the reason.
    child.once('close', (status, signal) => {
      resolve(status === 0 ? undefined : `ended with ${String(signal ?? status)}`);
    });
  });
}

async function unlessAborted<Value>(wait: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([wait, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => {
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return promise;
}
