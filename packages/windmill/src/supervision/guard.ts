import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type Reaper, startReaper } from '@millwright/toolkit/reaper';
import type { ReaperConfig } from './reaper.js';

const pollMilliseconds = 20;

/** Keeps a reaper running beside this process, and tells it what to end. */
export class ServerGuard {
  #reaper: Reaper | undefined;
  #pid: number | undefined;
  #database: number | undefined;
  #replacing: Promise<void> | undefined;

  constructor(private readonly config: ReaperConfig) {}

  /** @throws Error with the reason if the reaper does not start */
  async start(): Promise<void> {
    // Compiled beside this module; the sources know no other place.
    const script = join(import.meta.dirname.replace(/\bsrc\b(?=\/supervision$)/, 'dist'), 'reaper.js');
    this.#reaper = await startReaper(script, this.config, { PATH: process.env.PATH });
    if (this.#pid !== undefined) this.#reaper.pipe.write(`started ${this.#pid}\n`);
    if (this.#database !== undefined) this.#reaper.pipe.write(`database ${this.#database}\n`);
  }

  /** Starts another reaper if the present one was killed. A failure is retried at the next call. */
  check(): void {
    if (this.#reaper !== undefined && isRunning(this.#reaper.process)) return;
    this.#replacing ??= this.start()
      .catch(() => undefined)
      .finally(() => (this.#replacing = undefined));
  }

  started(pid: number): void {
    this.#pid = pid;
    this.#reaper?.pipe.write(`started ${pid}\n`);
  }

  ended(): void {
    this.#pid = undefined;
    this.#reaper?.pipe.write('ended\n');
  }

  /** @param pid a program of the embedded database */
  databaseStarted(pid: number): void {
    this.#database = pid;
    this.#reaper?.pipe.write(`database ${pid}\n`);
  }

  /** Lets the reaper end what is left and remove the state folder, and waits for it. */
  async finish(): Promise<void> {
    await this.#replacing;
    if (this.#reaper === undefined) return;
    this.#reaper.pipe.end();
    while (isRunning(this.#reaper.process)) await sleep(pollMilliseconds);
  }
}
