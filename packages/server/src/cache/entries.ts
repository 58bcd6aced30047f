import type { Database, Run } from '../database/database.js';
import type { Principal } from '../identity/tokens.js';
import type { Received } from '../storage/blob-store.js';
import type { TaskLabel } from './task-label.js';
import { readableClasses, type TrustClass } from '../identity/trust-class.js';

/** An entry and who wrote it. */
export interface EntryRecord {
  readonly workspace: string;
  readonly hash: string;
  readonly trustClass: TrustClass;
  readonly digest: string;
  readonly size: number;
  readonly createdAt: Date;
  /** Recorded once a minute. */
  readonly lastReadAt: Date;
  readonly revokedAt: Date | null;
  /** The name of the token, and for a CI job its run and commit. */
  readonly writer: string;
  readonly run: string | null;
  readonly commit: string | null;
  /** The task, if the client named it. */
  readonly project: string | null;
  readonly target: string | null;
}

/** What a reader gets. */
export interface FoundEntry {
  readonly digest: string;
  readonly size: number;
  readonly trustClass: TrustClass;
  readonly project: string | null;
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
       select workspace, trust_class, hash, digest, size, project from cache_entries
       where workspace = $1 and hash = $2 and trust_class = any($3) and revoked_at is null
       order by array_position($3::text[], trust_class) limit 1
     ), used as (
       update cache_entries e set last_read_at = now() from found f
       where e.workspace = f.workspace and e.trust_class = f.trust_class and e.hash = f.hash
         and e.last_read_at < now() - interval '1 minute'
     )
     select digest, size::float8 as size, trust_class as "trustClass", project from found`,
    [workspace, hash, classes],
  );
  return row;
}

/**
 * Stores content as an entry of the writer's own class. Immutability is the unique key of the table: of racing writers, one
 * adds the entry. A revoked entry is replaced. A token that was revoked during the upload adds nothing.
 * @returns false if the class has the entry already, or the token was revoked
 */
export async function storeEntry(
  database: Database,
  { workspace, trustClass, tokenId }: Principal,
  { hash, project, target }: Partial<TaskLabel> & { readonly hash: string },
  { digest, size, stage, keep }: Pick<Received, 'digest' | 'size' | 'stage' | 'keep'>,
): Promise<boolean> {
  await stage();
  return database.inTransaction(async (run) => {
    await lockDigest(run, digest);
    const rows = await run(
      `insert into cache_entries as old (workspace, trust_class, hash, digest, size, token_id, project, target)
       select $1, $2, $3, $4, $5::bigint, id, $7, $8 from tokens where id = $6 and revoked_at is null for share
       on conflict (workspace, trust_class, hash) do update
         set digest = excluded.digest, size = excluded.size, token_id = excluded.token_id,
           project = excluded.project, target = excluded.target, created_at = now(), last_read_at = now(), revoked_at = null
         where old.revoked_at is not null
       returning hash`,
      [workspace, trustClass, hash, digest, size, tokenId, project ?? null, target ?? null],
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

/**
 * Returns the entries of all classes with a hash, the oldest first: what `millwright cache why` shows.
 * @param workspace undefined for all
 */
export async function describeEntries(
  database: Database,
  workspace: string | undefined,
  hash: string,
): Promise<EntryRecord[]> {
  return database.query<EntryRecord>(
    `select e.workspace, e.hash, e.trust_class as "trustClass", e.digest, e.size::float8 as size,
       e.created_at as "createdAt", e.last_read_at as "lastReadAt", e.revoked_at as "revokedAt",
       t.name as writer, t.run, t.commit_id as commit, e.project, e.target
     from cache_entries e join tokens t on t.id = e.token_id
     where ($1::text is null or e.workspace = $1) and e.hash = $2
     order by e.workspace, e.created_at, e.trust_class`,
    [workspace ?? null, hash],
  );
}

/** What to revoke: all entries that match each field that is set. */
export interface Revocation {
  readonly hash?: string | undefined;
  readonly run?: string | undefined;
  readonly trustClass?: string | undefined;
}

/** What was revoked. */
export interface Revoked {
  /** The number of entries. */
  readonly revoked: number;
  /** The same, per class. */
  readonly classes: readonly { readonly trustClass: string; readonly entries: number }[];
  /** The number of tokens of the run, with which it could write again. */
  readonly tokens: number;
}

/**
 * Revokes entries: they are not served again, and the next build writes them anew. With a run, its tokens are revoked first.
 * @param isTrial changes nothing, and returns what would be revoked
 */
export async function revokeEntries(
  database: Database,
  workspace: string,
  { hash, run: ofRun, trustClass }: Revocation,
  isTrial = false,
): Promise<Revoked> {
  return database.inTransaction(async (run) => {
    const tokens =
      ofRun === undefined
        ? []
        : await run(
            isTrial
              ? 'select id from tokens where workspace = $1 and run = $2 and revoked_at is null'
              : 'update tokens set revoked_at = now() where workspace = $1 and run = $2 and revoked_at is null returning id',
            [workspace, ofRun],
          );
    const matching = `t.id = e.token_id and e.workspace = $1 and e.revoked_at is null
      and ($2::text is null or e.hash = $2) and ($3::text is null or t.run = $3)
      and ($4::text is null or e.trust_class = $4)`;
    const rows = await run<{ trustClass: string }>(
      isTrial
        ? `select e.trust_class as "trustClass" from cache_entries e, tokens t where ${matching}`
        : `update cache_entries e set revoked_at = now() from tokens t where ${matching}
           returning e.trust_class as "trustClass"`,
      [workspace, hash ?? null, ofRun ?? null, trustClass ?? null],
    );
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row.trustClass, (counts.get(row.trustClass) ?? 0) + 1);
    const classes = [...counts].sort().map(([named, entries]) => ({ trustClass: named, entries }));
    return { revoked: rows.length, classes, tokens: tokens.length };
  });
}

/** The entries of a class in a workspace. */
export interface ClassStatistics {
  readonly workspace: string;
  readonly trustClass: TrustClass;
  readonly entries: number;
  readonly bytes: number;
  readonly lastReadAt: Date;
}

/**
 * Returns what each class uses.
 * @param workspace undefined for all
 */
export async function statistics(
  database: Database,
  workspace: string | undefined,
): Promise<ClassStatistics[]> {
  return database.query<ClassStatistics>(
    `select workspace, trust_class as "trustClass", count(*)::int as entries, sum(size)::float8 as bytes,
       max(last_read_at) as "lastReadAt"
     from cache_entries where ($1::text is null or workspace = $1) and revoked_at is null
     group by workspace, trust_class order by workspace, trust_class`,
    [workspace ?? null],
  );
}
