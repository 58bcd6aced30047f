import type { ServerConfig } from '../config/schema.js';
import type { Database } from '../database/database.js';
import { lockDigest } from './entries.js';
import type { BlobFolder } from '../storage/blob-folder.js';

/** A blob that was just received has no entry yet. It is older than this before it counts as unused. */
const graceMilliseconds = 60 * 60 * 1000;

/** What a collection removed. */
export interface Collected {
  readonly entries: number;
  readonly blobs: number;
}

/**
 * Removes the entries that exceed the quota of their kind of trust class, those read longest ago first, then the blobs that
 * no entry uses. Quotas are separate, so that pull requests cannot evict what trusted jobs wrote.
 */
export async function collect(
  database: Database,
  blobs: BlobFolder,
  quotas: ServerConfig['quotaBytes'],
  now = Date.now(),
): Promise<Collected> {
  let entries = 0;
  for (const [group, quota] of Object.entries(quotas)) {
    const removed = await database.query(
      `with sized as (
         select workspace, trust_class, hash,
           sum(size) over (partition by workspace order by last_read_at desc, hash, trust_class) as total
         from cache_entries where split_part(trust_class, ':', 1) = $1
       )
       delete from cache_entries e using sized s
       where e.workspace = s.workspace and e.trust_class = s.trust_class and e.hash = s.hash and s.total > $2
       returning e.hash`,
      [group, quota],
    );
    entries += removed.length;
  }
  let removedBlobs = 0;
  for await (const digest of blobs.olderThan(now - graceMilliseconds)) {
    const isRemoved = await database.inTransaction(async (run) => {
      await lockDigest(run, digest);
      const used = await run('select 1 as one from cache_entries where digest = $1 limit 1', [digest]);
      if (used.length === 0) await blobs.remove(digest);
      return used.length === 0;
    });
    if (isRemoved) removedBlobs += 1;
  }
  return { entries, blobs: removedBlobs };
}
