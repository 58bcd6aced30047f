import { createHash } from 'node:crypto';
import type { Database, Run } from '../database/database.js';
import type { BlobStore } from '../storage/blob-store.js';
import { usedDigests } from './collect.js';
import { lockDigest } from './entries.js';

/** A blob that is not as it should be. */
export interface StorageFinding {
  /** `missing`: an entry has no blob. `damaged`: its content has another digest. `orphaned`: no entry uses it. */
  readonly kind: 'missing' | 'damaged' | 'orphaned';
  readonly digest: string;
  /** The number of entries that cannot be restored because of it. */
  readonly entries: number;
}

/** How far a check is, and what it found since the last report. */
export interface CheckProgress {
  readonly blobs: number;
  readonly bytes: number;
  readonly findings: readonly StorageFinding[];
}

/** How many digests of entries are compared at once. */
const batchSize = 500;

/**
 * Reads every blob and compares its digest, then looks for entries without a blob. The server may work meanwhile: what is
 * added or removed while it is checked is no finding.
 * @param isRepairing removes damaged blobs, and revokes the entries that cannot be restored, so that they are written anew
 */
export async function* checkStorage(
  database: Database,
  blobs: BlobStore,
  isRepairing: boolean,
): AsyncGenerator<CheckProgress> {
  let count = 0;
  let bytes = 0;
  for await (const digest of blobs.olderThan(Infinity)) {
    const found = await digestOf(blobs, digest);
    if (found === undefined) continue;
    count += 1;
    bytes += found.size;
    const findings: StorageFinding[] = [];
    const isDamaged = found.digest !== digest;
    await database.inTransaction(async (run) => {
      // Waits for a writer that is adding an entry.
      await lockDigest(run, digest);
      const entries = await entriesWith(run, digest);
      if (isDamaged) findings.push({ kind: 'damaged', digest, entries });
      else if (entries === 0) findings.push({ kind: 'orphaned', digest, entries });
      if (!isDamaged || !isRepairing) return;
      await revokeDigest(run, digest);
      await blobs.remove(digest);
    });
    yield { blobs: count, bytes, findings };
  }
  let last = '';
  for (;;) {
    const rows = await database.query<{ digest: string }>(
      'select distinct digest from cache_entries where digest > $1 and revoked_at is null order by digest limit $2',
      [last, batchSize],
    );
    const findings: StorageFinding[] = [];
    for (const { digest } of rows) {
      last = digest;
      const blob = await blobs.read(digest);
      blob?.content.destroy();
      if (blob !== undefined || !(await usedDigests(database, [digest])).has(digest)) continue;
      findings.push({ kind: 'missing', digest, entries: await entriesWith(database.query, digest) });
      if (isRepairing) await revokeDigest(database.query, digest);
    }
    yield { blobs: count, bytes, findings };
    if (rows.length < batchSize) return;
  }
}

/** Returns the size and the digest of the content of a blob, or undefined if it was removed in the meantime. */
async function digestOf(
  blobs: BlobStore,
  digest: string,
): Promise<{ readonly digest: string; readonly size: number } | undefined> {
  const blob = await blobs.read(digest);
  if (blob === undefined) return undefined;
  const hash = createHash('sha256');
  try {
    for await (const chunk of blob.content) hash.update(chunk as Buffer);
  } catch {
    // A bad sector: the content cannot be read.
    return { digest: '', size: blob.size };
  }
  return { digest: hash.digest('hex'), size: blob.size };
}

async function entriesWith(run: Run, digest: string): Promise<number> {
  const [row] = await run<{ count: number }>(
    'select count(*)::int as count from cache_entries where digest = $1 and revoked_at is null',
    [digest],
  );
  return row?.count ?? 0;
}

async function revokeDigest(run: Run, digest: string): Promise<void> {
  await run('update cache_entries set revoked_at = now() where digest = $1 and revoked_at is null', [digest]);
}
