import type { Database } from '../database/database.js';
import type { BlobStore } from '../storage/blob-store.js';

/** A supervisor asks often and waits for a second or so. */
const checkMilliseconds = 3000;

/** Whether this process can serve now. */
export class Readiness {
  /** Set before the server stops, so that a load balancer sends no further requests. */
  isStopping = false;

  constructor(
    readonly database: Database,
    readonly blobs: BlobStore,
  ) {}

  /** Returns why the server cannot serve; nothing if it can. */
  async problems(): Promise<readonly string[]> {
    if (this.isStopping) return ['the server stops'];
    const found = await Promise.all([
      problemOf('the database', this.database.query('select 1')),
      problemOf('the storage', this.blobs.check()),
    ]);
    return found.filter((problem) => problem !== undefined);
  }
}

async function problemOf(name: string, checked: Promise<unknown>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${checkMilliseconds / 1000} seconds`));
    }, checkMilliseconds);
  });
  try {
    await Promise.race([checked, late]);
    return undefined;
  } catch (error) {
    return `${name}: ${error instanceof Error && error.message !== '' ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
