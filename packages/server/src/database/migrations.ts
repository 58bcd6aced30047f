import { serverError } from '../errors.js';
import type { Database, Run } from './database.js';

/** The steps from an empty database to today's tables. A released step is never changed. */
const steps: readonly string[] = [
  `create table tokens (
     id text primary key,
     digest text not null unique,
     name text not null,
     workspace text not null,
     trust_class text not null,
     scopes text[] not null,
     run text,
     commit_id text,
     created_at timestamptz not null default now(),
     expires_at timestamptz,
     revoked_at timestamptz,
     last_used_at timestamptz
   );
   create table cache_entries (
     workspace text not null,
     trust_class text not null,
     hash text not null,
     digest text not null,
     size bigint not null,
     token_id text not null references tokens (id),
     created_at timestamptz not null default now(),
     last_read_at timestamptz not null default now(),
     revoked_at timestamptz,
     primary key (workspace, trust_class, hash)
   );
   create index cache_entries_digest on cache_entries (digest);
   create index cache_entries_token on cache_entries (token_id);
   create table settings (name text primary key, value text not null);`,
  `alter table cache_entries add column project text, add column target text;
   create index cache_entries_newest on cache_entries (created_at desc, workspace, trust_class, hash);
   create table web_sessions (
     digest text primary key,
     token_id text not null references tokens (id),
     expires_at timestamptz not null
   );
   create table cache_usage (
     hour timestamptz not null,
     workspace text not null,
     kind text not null,
     project text not null,
     hits bigint not null,
     misses bigint not null,
     writes bigint not null,
     read_bytes bigint not null,
     written_bytes bigint not null,
     primary key (hour, workspace, kind, project)
   );
   create table cache_sizes (
     hour timestamptz not null,
     workspace text not null,
     kind text not null,
     project text not null,
     entries bigint not null,
     bytes bigint not null,
     primary key (hour, workspace, kind, project)
   );`,
];

/** Two servers that start together must not migrate at the same time. The number is arbitrary. */
const lockNumber = 7_600_001;

/**
 * Creates or updates the tables, in one transaction. Of several that run at once, the first does it.
 * @returns the number of steps that were applied
 * @throws MillwrightError SERVER_DATABASE_NEWER if a later version of the server has changed them
 */
export async function migrate(database: Database, known = steps): Promise<number> {
  return database.inTransaction(async (run) => {
    await run('select pg_advisory_xact_lock($1)', [lockNumber]);
    await run(
      'create table if not exists migrations (step integer primary key, applied_at timestamptz not null default now())',
    );
    const applied = await lastStep(run);
    requireKnown(applied, known);
    for (const [index, step] of known.entries()) {
      if (index < applied) continue;
      await run(step);
      await run('insert into migrations (step) values ($1)', [index + 1]);
    }
    return known.length - applied;
  });
}

/**
 * Checks that the tables are those of this version.
 * @throws MillwrightError SERVER_DATABASE_OLDER, SERVER_DATABASE_NEWER
 */
export async function requireMigrated({ query }: Database, known = steps): Promise<void> {
  const [found] = await query<{ exists: boolean }>("select to_regclass('migrations') is not null as exists");
  const applied = found?.exists === true ? await lastStep(query) : 0;
  requireKnown(applied, known);
  if (applied < known.length)
    throw serverError('SERVER_DATABASE_OLDER', {
      what: `the tables of the database are at step ${applied}, and this version requires ${known.length}`,
      why: applied === 0 ? 'the database has no tables yet' : 'an older version of the server created them',
    });
}

async function lastStep(run: Run): Promise<number> {
  const [row] = await run<{ last: number | null }>('select max(step)::int as last from migrations');
  return row?.last ?? 0;
}

function requireKnown(applied: number, known: readonly string[]): void {
  if (applied > known.length)
    throw serverError('SERVER_DATABASE_NEWER', {
      what: `the tables of the database are at step ${applied}, and this version knows ${known.length}`,
      why: 'a newer version of the server has used the database',
    });
}
