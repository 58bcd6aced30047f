import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../database/database.js';
import type { BlobStore } from '../storage/blob-store.js';
import { checkStorage, type StorageFinding } from './check.js';
import { type CheckState, saveState } from './state.js';

/** More findings are in the log. */
const keptFindings = 100;

/** A check that runs. */
export type RunningCheck = Pick<CheckState, 'startedAt' | 'isRepairing' | 'blobs' | 'bytes' | 'found'>;

/** Checks what is stored in the background, one check at a time. */
export class StorageChecker {
  #running: RunningCheck | undefined;
  #done: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    readonly database: Database,
    readonly blobs: BlobStore,
  ) {}

  /** The check that runs in this process, and how far it is. */
  get running(): RunningCheck | undefined {
    return this.#running;
  }

  /** Starts a check. Returns false if one runs. */
  start(isRepairing: boolean, log: FastifyBaseLogger): boolean {
    if (this.#running !== undefined || this.#isClosed) return false;
    this.#running = { startedAt: new Date().toISOString(), isRepairing, blobs: 0, bytes: 0, found: 0 };
    this.#done = this.#check(this.#running, log).finally(() => {
      this.#running = undefined;
    });
    return true;
  }

  /** Ends a check that runs after the archive that it reads. The database must be closed later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#done;
  }

  async #check(state: RunningCheck, log: FastifyBaseLogger): Promise<void> {
    const findings: StorageFinding[] = [];
    let failure: string | undefined;
    try {
      for await (const { blobs, bytes, findings: found } of checkStorage(
        this.database,
        this.blobs,
        state.isRepairing,
      )) {
        for (const finding of found)
          log.error({ finding, repair: state.isRepairing }, 'a blob is not as it should be');
        findings.push(...found.slice(0, keptFindings - findings.length));
        state = { ...state, blobs, bytes, found: state.found + found.length };
        this.#running = state;
        if (!this.#isClosed) continue;
        failure = 'the server was stopped';
        break;
      }
    } catch (error) {
      log.error({ err: error }, 'the storage cannot be checked');
      failure = error instanceof Error ? error.message : String(error);
    }
    const ended = { ...state, endedAt: new Date().toISOString(), findings, failure };
    await saveState(this.database, 'check', ended).catch((error: unknown) => {
      log.error({ err: error }, 'the result of a check cannot be stored');
    });
  }
}
