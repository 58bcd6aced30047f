import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { migrationState, type ServerLogEntry } from './server-log.js';
import { startFailure } from './start-failure.js';

/** Lines that the error of a failed start shows. */
const keptLines = 40;

/** One run of the server's binary. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #isMigrating = false;
  /** Resolves when the process has ended and its output is read: how it ended. */
  readonly exited: Promise<string>;

  /** @param read reads a line of the output, and removes secrets */
  constructor(
    binary: string,
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
    read: (line: string) => ServerLogEntry,
    log: (entry: ServerLogEntry) => void,
  ) {
    // The leader of a session: what it starts stays in it, even under parents that have ended.
    this.#child = spawn(binary, [], { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        const entry = read(line);
        const migration = migrationState(entry);
        if (migration !== undefined) this.#isMigrating = migration === 'pending';
        this.#lines.push(entry.message);
        if (this.#lines.length > keptLines) this.#lines.shift();
        log(entry);
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('error', ({ message }) => {
        resolve(message);
      });
      // Not `close`: a job that outlives the server may hold its output open.
      this.#child.once('exit', (status, signal) => {
        setImmediate(() => {
          resolve(signal === null ? `it exited with status ${status ?? 0}` : `it was ended by ${signal}`);
        });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the server says that a migration has not ended without which it accepts no jobs. */
  get isMigrating(): boolean {
    return this.#isMigrating;
  }

  /** The error of a start that did not succeed. */
  failure(ending: string): Error {
    return startFailure(ending, this.#lines);
  }
}
