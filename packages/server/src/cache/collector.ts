import type { ServerConfig } from '../config/schema.js';
import type { Database } from '../database/database.js';
import { type TrustClass, trustGroup } from '../identity/trust-class.js';
import type { BlobStore } from '../storage/blob-store.js';
import { collect, enforceQuota } from './collect.js';
import { saveState } from './state.js';
import { recordSizes } from './usage.js';

const collectMilliseconds = 10 * 60 * 1000;
/** A quota is checked each time that this process has stored this part of it. Each check reads all sizes of a kind of class. */
const checkedPart = 1 / 64;

/**
 * Removes entries and blobs in the background: every ten minutes all that is not used, and while entries are stored what
 * exceeds their quota, so that a fast writer does not fill the disk.
 */
export class Collector {
  #timer: NodeJS.Timeout | undefined;
  #collecting: Promise<void> | undefined;
  /** The checks of quotas run one after another. */
  #checking: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** The bytes that were stored since the last check, by workspace and kind of class. */
  readonly #stored = new Map<string, number>();

  /** @param failed is called with the reason if something cannot be removed now */
  constructor(
    readonly database: Database,
    readonly blobs: BlobStore,
    readonly quotas: ServerConfig['quotaBytes'],
    readonly failed: (error: unknown) => void,
  ) {}

  /** Begins to collect every ten minutes. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#collecting ??= this.#attempt(() => this.collect()).finally(() => {
        this.#collecting = undefined;
      });
    }, collectMilliseconds);
  }

  /** Removes what is not used, and records how much is left. */
  async collect(): Promise<void> {
    const removed = await collect(this.database, this.blobs, this.quotas);
    await saveState(this.database, 'collection', { ...removed, endedAt: new Date().toISOString() });
    await recordSizes(this.database);
  }

  /** Must be called for each entry that is stored. Does not wait for a check. */
  stored(workspace: string, trustClass: TrustClass, size: number): void {
    const group = trustGroup(trustClass);
    const quota = this.quotas[group];
    const key = `${group} ${workspace}`;
    const bytes = (this.#stored.get(key) ?? 0) + size;
    const isDue = bytes >= quota * checkedPart;
    this.#stored.set(key, isDue ? 0 : bytes);
    if (!isDue) return;
    this.#checking = this.#checking.then(() =>
      this.#attempt(() => enforceQuota(this.database, this.blobs, { workspace, group, quota })),
    );
  }

  /** Ends after what runs. The database must be closed later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await Promise.all([this.#collecting, this.#checking]);
  }

  async #attempt(action: () => Promise<unknown>): Promise<void> {
    if (this.#isClosed) return;
    try {
      await action();
    } catch (error) {
      this.failed(error);
    }
  }
}
