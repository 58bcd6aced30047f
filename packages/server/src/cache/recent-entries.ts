import type { Database } from '../database/database.js';
import type { EntryRecord } from './entries.js';

/** Which entries to return. */
export interface EntrySearch {
  /** Undefined for all. */
  readonly workspace: string | undefined;
  /** A hash, CI run, commit, project or trust class, as a whole. */
  readonly text?: string | undefined;
  /** Where to go on: `next` of an answer. */
  readonly after?: string | undefined;
}

/** A part of the entries, the newest first. */
export interface EntryList {
  readonly entries: readonly EntryRecord[];
  /** Undefined if these are the last ones. */
  readonly next: string | undefined;
}

const pageSize = 50;
/** The time in microseconds, so that no entry of the same millisecond is left out, and the rest of the key. */
const positionForm = /^(\d{1,17})\.([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Returns entries, the newest first, with those that were revoked. */
export async function recentEntries(
  database: Database,
  { workspace, text, after }: EntrySearch,
): Promise<EntryList> {
  const [, micros, ...key] = positionForm.exec(after ?? '') ?? [];
  const position = key.map((part) => Buffer.from(part, 'base64url').toString());
  // No column has a NUL, and PostgreSQL accepts none.
  if (position.some((part) => part.includes('\0'))) return { entries: [], next: undefined };
  const rows = await database.query<EntryRecord & { readonly micros: string }>(
    `select e.workspace, e.hash, e.trust_class as "trustClass", e.digest, e.size::float8 as size,
       e.created_at as "createdAt", e.last_read_at as "lastReadAt", e.revoked_at as "revokedAt",
       t.name as writer, t.run, t.commit_id as commit, e.project, e.target,
       (extract(epoch from e.created_at) * 1000000)::bigint::text as micros
     from cache_entries e join tokens t on t.id = e.token_id
     where ($1::text is null or e.workspace = $1)
       and ($2::text is null or $2 in (e.hash, e.trust_class, e.project, t.run, t.commit_id))
       and ($3::text is null or (e.created_at, e.workspace, e.trust_class, e.hash)
         < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::text, $5::text, $6::text))
     order by e.created_at desc, e.workspace desc, e.trust_class desc, e.hash desc limit ${pageSize + 1}`,
    [workspace ?? null, text ?? null, micros ?? null, ...[0, 1, 2].map((at) => position[at] ?? null)],
  );
  const shown = rows.slice(0, pageSize);
  const last = rows.length > pageSize ? shown.at(-1) : undefined;
  return {
    entries: shown,
    next:
      last &&
      [
        last.micros,
        ...[last.workspace, last.trustClass, last.hash].map((part) =>
          Buffer.from(part).toString('base64url'),
        ),
      ].join('.'),
  };
}
