import { randomBytes, randomUUID } from 'node:crypto';
import { utimes, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatSize, readText, temporaryFolder } from '@millwright/toolkit/core';
import { reasonOf } from '../clock/clock.js';
import type { SuperviseConfig } from '../config/config.js';
import type { Logger } from '../observability/logger.js';
import { EmbeddedDatabase } from './database.js';
import { ensureBinary } from './ensure-binary.js';
import { environmentOf } from './environment.js';
import { ServerGuard } from './guard.js';
import { checkPort } from './port.js';
import { ServerTree } from './process-tree.js';
import { isServerReady } from './readiness.js';
import { createLogReader, secretsOf, type ServerLogEntry } from './server-log.js';
import { ServerProcess } from './server-process.js';
import { gaveUp, notStarted, restartPause } from './start-failure.js';

const readinessPoll = 100;
const watchMilliseconds = 1_000;
/** A server that has run this long has recovered: restarts are counted anew. */
const stableMilliseconds = 60_000;

/** Runs a Windmill server with its workers on this machine, restarts it, and ends it with everything that it started. */
export class Supervisor {
  /** The bearer token of the superadmin, new for each engine. */
  readonly secret = randomBytes(32).toString('hex');
  readonly baseUrl: string;
  readonly #marker = randomUUID();
  readonly #tree = new ServerTree(this.#marker);
  readonly #stopping = new AbortController();
  #guard: ServerGuard | undefined;
  #database: EmbeddedDatabase | undefined;
  #stateFolder = '';
  #binary = '';
  #read: (line: string) => ServerLogEntry = createLogReader([this.secret]);
  #watch: NodeJS.Timeout | undefined;
  #restarts = 0;
  #ready: Promise<void> = Promise.reject(notStarted());

  constructor(
    private readonly config: SuperviseConfig,
    private readonly logger: Logger,
  ) {
    this.baseUrl = `http://127.0.0.1:${config.port}`;
    this.#ready.catch(() => undefined);
  }

  /**
   * Builds and checks the binary, starts it, and waits until it and a worker are ready.
   * @throws BINARY_BUILD_FAILED, BINARY_UNUSABLE, SERVER_PORT_TAKEN, DATABASE_START_FAILED, DATABASE_UNREACHABLE, MIGRATION_FAILED,
   * SERVER_DISK_FULL, SERVER_START_FAILED
   */
  async start(signal: AbortSignal): Promise<void> {
    const { config } = this;
    const { path, version } = await ensureBinary(config, {
      folder: process.cwd(),
      log: (line) => {
        this.logger.info({ source: 'nx' }, line);
      },
      signal: AbortSignal.any([signal, this.#stopping.signal]),
    });
    this.#binary = path;
    const url =
      config.databaseUrlFile === undefined ? config.databaseUrl : readText(config.databaseUrlFile)?.trim();
    this.#stateFolder = temporaryFolder('windmill');
    // Windmill reads the first `.env` in its folder or above.
    writeFileSync(join(this.#stateFolder, '.env'), '');
    this.#guard = new ServerGuard({
      marker: this.#marker,
      stateFolder: this.#stateFolder,
      grace: config.drain * 1_000,
    });
    await this.#guard.start();
    if (config.database === 'embedded') this.#database = this.#embeddedDatabase(this.#guard);
    const password = this.#database === undefined ? [] : [this.#database.password];
    this.#read = createLogReader([this.secret, ...secretsOf(url), ...password]);
    try {
      this.#ready = this.#launch(AbortSignal.any([signal, this.#stopping.signal]));
      await this.#ready;
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    this.logger.info({ version, port: config.port }, 'Windmill is ready');
    this.#watch = setInterval(() => {
      this.#check();
    }, watchMilliseconds).unref();
  }

  /**
   * Resolves when the server can be asked, as after a restart.
   * @throws the error of the last start if there are no more restarts
   */
  async whenReady(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([
        this.#ready,
        new Promise((_, reject) => {
          const abort = () => {
            reject(reasonOf(signal));
          };
          if (signal.aborted) abort();
          signal.addEventListener('abort', abort, { once: true, signal: over.signal });
        }),
      ]);
    } finally {
      over.abort();
    }
  }

  /**
   * Ends the server: its workers take no further jobs, and may finish running ones until the deadline; then everything is killed.
   * @param deadline seconds
   */
  async stop(deadline: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(notStarted());
    clearInterval(this.#watch);
    this.#tree.drain();
    if (!(await this.#tree.ended(deadline * 1_000)) && deadline > 0) {
      this.logger.warn(
        { deadline },
        'Windmill did not stop in time and is killed; its jobs restart elsewhere',
      );
    }
    await this.#tree.kill();
    await this.#database?.stop();
    await this.#guard?.finish();
  }

  async #launch(signal: AbortSignal): Promise<void> {
    const { config, secret } = this;
    await checkPort(config.port);
    const databaseUrl = await this.#database?.start(signal);
    signal.throwIfAborted();
    const facts = { secret, stateFolder: this.#stateFolder, marker: this.#marker, databaseUrl };
    const env = environmentOf(config, facts);
    const server = new ServerProcess(this.#binary, { cwd: this.#stateFolder, env }, this.#read, (entry) => {
      this.logger[entry.level]({ source: 'windmill', ...entry.fields }, entry.message);
    });
    if (server.pid !== undefined) {
      this.#tree.add(server.pid);
      this.#guard?.started(server.pid);
    }
    let isReady = false;
    const over = new AbortController();
    const startedAt = performance.now();
    void server.exited.then(async (ending) => {
      over.abort(server.failure(ending));
      if (isReady) await this.#restart(ending, performance.now() - startedAt);
    });
    try {
      await this.#awaitReady(AbortSignal.any([signal, over.signal]), server);
      isReady = true;
    } catch (error) {
      await this.#tree.kill();
      this.#guard?.ended();
      throw error;
    }
  }

  #embeddedDatabase(guard: ServerGuard): EmbeddedDatabase {
    return new EmbeddedDatabase({
      stateFolder: this.#stateFolder,
      marker: this.#marker,
      connections: this.config.databaseConnections,
      timeout: this.config.startTimeout,
      onStart: (pid) => {
        guard.databaseStarted(pid);
      },
      // Windmill cannot work without it. Both are started again together, with the pauses and the limit of Windmill's restarts.
      onEnd: (how) => {
        this.logger.error({ source: 'postgresql' }, `the embedded database ${how}`);
        void this.#tree.kill();
      },
      log: (line) => {
        this.logger.debug({ source: 'postgresql' }, this.#read(line).message);
      },
    });
  }

  async #awaitReady(signal: AbortSignal, server: ServerProcess): Promise<void> {
    const { startTimeout } = this.config;
    const deadline = performance.now() + startTimeout * 1_000;
    for (;;) {
      signal.throwIfAborted();
      if (!server.isMigrating && (await isServerReady(this.baseUrl, this.secret, signal))) return;
      if (performance.now() > deadline)
        throw server.failure(
          `it was not ready after ${startTimeout} seconds${server.isMigrating ? ', because its last migration has not ended' : ''}`,
        );
      await sleep(readinessPoll, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The server has ended by itself. */
  async #restart(ending: string, ran: number): Promise<void> {
    const stopping = this.#stopping.signal;
    if (this.#isStopping()) return;
    if (ran > stableMilliseconds) this.#restarts = 0;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    promise.catch(() => undefined);
    this.#ready = promise;
    this.logger.error({ restarts: this.#restarts }, `Windmill ended: ${ending}`);
    // Jobs that it left behind would run beside their own restart.
    await this.#tree.kill();
    this.#guard?.ended();
    let last: unknown = new Error(ending);
    while (this.#restarts < this.config.restarts) {
      const pause = restartPause(this.#restarts++);
      try {
        await sleep(pause, undefined, { signal: stopping });
        await this.#launch(stopping);
        this.logger.info({ restarts: this.#restarts }, 'Windmill is ready again');
        resolve(undefined);
        return;
      } catch (error) {
        last = error;
        if (this.#isStopping()) break;
        this.logger.error({ restarts: this.#restarts, err: error }, 'Windmill could not be restarted');
      }
    }
    reject(gaveUp(this.config.restarts, last));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Looks after the memory, the reaper and the state folder. */
  #check(): void {
    this.#guard?.check();
    // Other engines of this user remove state folders that look a day old.
    const now = new Date();
    utimes(this.#stateFolder, now, now, () => undefined);
    const memory = this.#tree.memory();
    const limit = this.config.memoryLimit * 1_024 ** 2;
    if (memory <= limit) return;
    this.logger.error({ memory, limit }, `Windmill uses ${formatSize(memory)} of memory and is restarted`);
    void this.#tree.kill();
  }
}
