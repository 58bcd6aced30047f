import type { ServerConfig } from '../config/schema.js';
import type { Database } from '../database/database.js';
import type { TrustGroup } from '../identity/trust-class.js';
import type { BlobStore } from '../storage/blob-store.js';
import { lockDigest } from './entries.js';

/** No request takes this long. What is older and belongs to no entry was left behind by a crash. */
const graceMilliseconds = 60 * 60 * 1000;
/** How many blobs are looked up at once. */
const batchSize = 500;
/** The number of the lock is arbitrary. */
const lockNumber = 7_600_002;

/** What a collection removed. */
export interface Collected {
  readonly entries: number;
  readonly blobs: number;
}

/**
 * Removes the entries that exceed the quota of their kind of trust class, then the blobs that no entry uses. Quotas are
 * separate, so that pull requests cannot evict what trusted jobs wrote. Within a quota, the entries go first that nobody read
 * for a week, then those of the class that uses most, so that no pull request can evict the entries of all others. Within a
 * class, those read longest ago go first. Readers keep the files that they have opened.
 * @param now in milliseconds since 1970
 */
export async function collect(
  database: Database,
  blobs: BlobStore,
  quotas: ServerConfig['quotaBytes'],
  now = Date.now(),
): Promise<Collected> {
  await forgetRevoked(database, now);
  const evicted: string[] = [];
  for (const [group, quota] of Object.entries(quotas))
    evicted.push(...(await evict(database, { group, quota }, now)));
  // An entry appears together with its blob. So what was evicted needs no grace, unlike what is found in the folder.
  let removed = await removeUnused(database, blobs, [...new Set(evicted)]);
  await blobs.removeAbandoned(now - graceMilliseconds);
  let batch: string[] = [];
  for await (const digest of blobs.olderThan(now - graceMilliseconds)) {
    if (batch.push(digest) < batchSize) continue;
    removed += await removeUnused(database, blobs, batch);
    batch = [];
  }
  removed += await removeUnused(database, blobs, batch);
  return { entries: evicted.length, blobs: removed };
}

/** A kind of trust class in one workspace. */
export interface QuotaScope {
  readonly workspace: string;
  readonly group: TrustGroup;
  /** In bytes. */
  readonly quota: number;
}

/**
 * Removes what exceeds one quota, as `collect` does, without looking at any other entry or blob. If the quota is not exceeded,
 * this costs one sum.
 */
export async function enforceQuota(
  database: Database,
  blobs: BlobStore,
  scope: QuotaScope,
  now = Date.now(),
): Promise<Collected> {
  const { workspace, group, quota } = scope;
  const [row] = await database.query<{ bytes: number }>(
    `select coalesce(sum(size), 0)::float8 as bytes from cache_entries
     where workspace = $1 and split_part(trust_class, ':', 1) = $2 and revoked_at is null`,
    [workspace, group],
  );
  if ((row?.bytes ?? 0) <= quota) return { entries: 0, blobs: 0 };
  const evicted = await evict(database, scope, now);
  const removed = await removeUnused(database, blobs, [...new Set(evicted)]);
  return { entries: evicted.length, blobs: removed };
}

/** The history of revoked entries is kept for a while, for `millwright cache why`. */
async function forgetRevoked(database: Database, now: number): Promise<void> {
  await database.query(
    "delete from cache_entries where revoked_at < to_timestamp($1::float8 / 1000) - interval '90 days'",
    [now],
  );
}

/** Removes the entries that exceed a quota, of one workspace or of each. Returns their digests. */
async function evict(
  database: Database,
  {
    group,
    quota,
    workspace,
  }: { readonly group: string; readonly quota: number; readonly workspace?: string },
  now: number,
): Promise<string[]> {
  return database.inTransaction(async (run) => {
    // Two servers that evict the same entries would wait for each other.
    await run('select pg_advisory_xact_lock($1)', [lockNumber]);
    const rows = await run<{ digest: string }>(
      `with of_class as (
         select workspace, trust_class, hash, size, last_read_at,
           sum(size) over (partition by workspace, trust_class order by last_read_at desc, hash) as used
         from cache_entries
         where split_part(trust_class, ':', 1) = $1 and revoked_at is null and ($4::text is null or workspace = $4)
       ), of_group as (
         select workspace, trust_class, hash, sum(size) over (
           partition by workspace
           order by last_read_at < to_timestamp($3::float8 / 1000) - interval '7 days', used, trust_class, hash) as used
         from of_class
       )
       delete from cache_entries e using of_group o
       where e.workspace = o.workspace and e.trust_class = o.trust_class and e.hash = o.hash and o.used > $2
       returning e.digest`,
      [group, quota, now, workspace ?? null],
    );
    return rows.map(({ digest }) => digest);
  });
}

/** Removes those of the blobs that no entry uses. Returns their number. */
async function removeUnused(
  database: Database,
  blobs: BlobStore,
  digests: readonly string[],
): Promise<number> {
  const used = await usedDigests(database, digests);
  let removed = 0;
  for (const digest of digests) {
    if (used.has(digest)) continue;
    removed += await database.inTransaction(async (run) => {
      await lockDigest(run, digest);
      // A writer may have added an entry in the meantime.
      if ((await usedDigests({ query: run }, [digest])).has(digest)) return 0;
      await blobs.remove(digest);
      return 1;
    });
  }
  return removed;
}

/** Returns those of the digests that an entry uses. Revoked entries are never read again. */
export async function usedDigests(
  database: Pick<Database, 'query'>,
  digests: readonly string[],
): Promise<Set<string>> {
  if (digests.length === 0) return new Set();
  const rows = await database.query<{ digest: string }>(
    'select distinct digest from cache_entries where digest = any($1) and revoked_at is null',
    [digests],
  );
  return new Set(rows.map(({ digest }) => digest));
}
