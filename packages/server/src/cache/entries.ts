import type { Database, Run } from '../database/database.js';
import type { Principal } from '../identity/tokens.js';
import type { Received } from '../storage/blob-store.js';
import { readableClasses, type TrustClass } from '../identity/trust-class.js';

/** An entry and who wrote it. */
export interface EntryRecord {
  readonly hash: string;
  readonly trustClass: TrustClass;
  readonly digest: string;
  readonly size: number;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** The name of the token, and for a CI job its run and commit. */
  readonly writer: string;
  readonly run: string | null;
  readonly commit: string | null;
}

/** What a reader gets. */
export interface FoundEntry {
  readonly digest: string;
  readonly size: number;
  readonly trustClass: TrustClass;
}

/**
 * Returns the entry that a reader gets: of its own class, else of `trusted`. The time of the read is recorded once a minute,
 * so that jobs that read the same entry do not wait for each other.
 */
export async function findEntry(
  database: Database,
  { workspace, trustClass }: Pick<Principal, 'workspace' | 'trustClass'>,
  hash: string,
): Promise<FoundEntry | undefined> {
  const classes = readableClasses(trustClass);
  const [row] = await database.query<FoundEntry>(
    `with found as (
       select workspace, trust_class, hash, digest, size from cache_entries
       where workspace = $1 and hash = $2 and trust_class = any($3) and revoked_at is null
       order by array_position($3::text[], trust_class) limit 1
     ), used as (
       update cache_entries e set last_read_at = now() from found f
       where e.workspace = f.workspace and e.trust_class = f.trust_class and e.hash = f.hash
         and e.last_read_at < now() - interval '1 minute'
     )
     select digest, size::float8 as size, trust_class as "trustClass" from found`,
    [workspace, hash, classes],
  );
  return row;
}

/**
 * Stores content as an entry of the writer's own class. Immutability is the unique key of the table: of racing writers, one
 * adds the entry. A revoked entry is replaced.
 * @returns false if the class has the entry already
 */
export async function storeEntry(
  database: Database,
  { workspace, trustClass, tokenId }: Principal,
  hash: string,
  { digest, size, stage, keep }: Pick<Received, 'digest' | 'size' | 'stage' | 'keep'>,
): Promise<boolean> {
  await stage();
  return database.inTransaction(async (run) => {
    await lockDigest(run, digest);
    const rows = await run(
      `insert into cache_entries as old (workspace, trust_class, hash, digest, size, token_id)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (workspace, trust_class, hash) do update
         set digest = excluded.digest, size = excluded.size, token_id = excluded.token_id,
           created_at = now(), last_read_at = now(), revoked_at = null
         where old.revoked_at is not null
       returning hash`,
      [workspace, trustClass, hash, digest, size, tokenId],
    );
    if (rows.length === 0) return false;
    await keep();
    return true;
  });
}

/** Excludes, until the transaction ends, that a blob is removed as unused while an entry for it is added. */
export async function lockDigest(run: Run, digest: string): Promise<void> {
  await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [digest]);
}

/** Revokes an entry whose content is lost, so that the next build writes it anew. */
export async function dropEntry(
  database: Database,
  workspace: string,
  { trustClass, digest }: { readonly trustClass: TrustClass; readonly digest: string },
  hash: string,
): Promise<void> {
  await database.query(
    `update cache_entries set revoked_at = now()
     where workspace = $1 and trust_class = $2 and hash = $3 and digest = $4 and revoked_at is null`,
    [workspace, trustClass, hash, digest],
  );
}

/** Whether a class has an entry that was not revoked. */
export async function hasEntry(
  database: Database,
  { workspace, trustClass }: Pick<Principal, 'workspace' | 'trustClass'>,
  hash: string,
): Promise<boolean> {
  const rows = await database.query(
    `select 1 as one from cache_entries
     where workspace = $1 and trust_class = $2 and hash = $3 and revoked_at is null`,
    [workspace, trustClass, hash],
  );
  return rows.length > 0;
}

/** Returns the entries of all classes with a hash, the oldest first: what `millwright cache why` shows. */
export async function describeEntries(
  database: Database,
  workspace: string,
  hash: string,
): Promise<EntryRecord[]> {
  return database.query<EntryRecord>(
    `select e.hash, e.trust_class as "trustClass", e.digest, e.size::float8 as size, e.created_at as "createdAt",
       e.revoked_at as "revokedAt", t.name as writer, t.run, t.commit_id as commit
     from cache_entries e join tokens t on t.id = e.token_id
     where e.workspace = $1 and e.hash = $2 order by e.created_at, e.trust_class`,
    [workspace, hash],
  );
}

/** What to revoke: all entries that match each field that is set. */
export interface Revocation {
  readonly hash?: string | undefined;
  readonly run?: string | undefined;
  readonly trustClass?: string | undefined;
}

/** Revokes entries: they are not served again, and the next build writes them anew. Returns their number. */
export async function revokeEntries(
  database: Database,
  workspace: string,
  which: Revocation,
): Promise<number> {
  const rows = await database.query(
    `update cache_entries e set revoked_at = now() from tokens t
     where t.id = e.token_id and e.workspace = $1 and e.revoked_at is null
       and ($2::text is null or e.hash = $2) and ($3::text is null or t.run = $3)
       and ($4::text is null or e.trust_class = $4)
     returning e.hash`,
    [workspace, which.hash ?? null, which.run ?? null, which.trustClass ?? null],
  );
  return rows.length;
}

/** The entries of a workspace, per class. */
export interface ClassStatistics {
  readonly trustClass: TrustClass;
  readonly entries: number;
  readonly bytes: number;
}

export async function statistics(database: Database, workspace: string): Promise<ClassStatistics[]> {
  return database.query<ClassStatistics>(
    `select trust_class as "trustClass", count(*)::int as entries, coalesce(sum(size), 0)::float8 as bytes
     from cache_entries where workspace = $1 and revoked_at is null group by trust_class order by trust_class`,
    [workspace],
  );
}
