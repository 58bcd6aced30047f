import { serverError } from '../errors.js';
import type { Database } from './database.js';

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
];

/** Two servers that start together must not migrate at the same time. The number is arbitrary. */
const lockNumber = 7_600_001;

/**
 * Creates or updates the tables, in one transaction.
 * @throws MillwrightError SERVER_DATABASE_NEWER if a later version of the server has changed them
 */
export async function migrate(database: Database): Promise<void> {
  await database.inTransaction(async (run) => {
    await run('select pg_advisory_xact_lock($1)', [lockNumber]);
    await run(
      'create table if not exists migrations (step integer primary key, applied_at timestamptz not null default now())',
    );
    const [row] = await run<{ last: number | null }>('select max(step)::int as last from migrations');
    const applied = row?.last ?? 0;
    if (applied > steps.length)
      throw serverError('SERVER_DATABASE_NEWER', {
        what: `the tables of the database are at step ${applied}, and this version knows ${steps.length}`,
        why: 'a newer version of the server has used the database',
      });
    for (const [index, step] of steps.entries()) {
      if (index < applied) continue;
      await run(step);
      await run('insert into migrations (step) values ($1)', [index + 1]);
    }
  });
}
