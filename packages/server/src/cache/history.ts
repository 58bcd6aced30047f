import type { Database } from '../database/database.js';
import { unknownProject, type Counts } from './usage.js';

/** What the history is split by. */
export type Dimension = 'kind' | 'project';

/** Which part of the history. */
export interface HistoryRequest {
  /** Undefined for all. */
  readonly workspace: string | undefined;
  readonly dimension: Dimension;
  /** In milliseconds since 1970. */
  readonly since: number;
  /** Rows are summed up over so many hours. */
  readonly hours: number;
}

/** What happened from a time on. `key` is a kind of trust class, or a project. */
export interface UsageRow extends Counts {
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly key: string;
}

/** What was stored at a time. */
export interface SizeRow {
  readonly time: number;
  readonly key: string;
  readonly bytes: number;
}

/** Returns what happened, the oldest first. */
export async function usageHistory(database: Database, request: HistoryRequest): Promise<UsageRow[]> {
  const { dimension, workspace, since, hours } = request;
  return database.query<UsageRow>(
    `select ${bucket('$3')} as time, ${dimension} as key, sum(hits)::float8 as hits,
       sum(misses)::float8 as misses, sum(writes)::float8 as writes, sum(read_bytes)::float8 as "readBytes",
       sum(written_bytes)::float8 as "writtenBytes"
     from cache_usage
     where ($1::text is null or workspace = $1) and hour >= to_timestamp($2::float8 / 1000)
     group by 1, 2 order by 1, 2`,
    [workspace ?? null, since, hours],
  );
}

/** Returns what was stored at the last recorded hour of each span, the oldest first. */
export async function sizeHistory(database: Database, request: HistoryRequest): Promise<SizeRow[]> {
  const { dimension, workspace, since, hours } = request;
  return database.query<SizeRow>(
    `with last_hours as (
       select max(hour) as hour from cache_sizes
       where hour >= to_timestamp($2::float8 / 1000) group by ${bucket('$3')}
     )
     select ${bucket('$3')} as time, ${dimension} as key, sum(bytes)::float8 as bytes
     from cache_sizes join last_hours using (hour)
     where $1::text is null or workspace = $1
     group by 1, 2 order by 1, 2`,
    [workspace ?? null, since, hours],
  );
}

/** Returns what is stored now. */
export async function sizesNow(
  database: Database,
  { workspace, dimension }: Pick<HistoryRequest, 'workspace' | 'dimension'>,
): Promise<Omit<SizeRow, 'time'>[]> {
  const key =
    dimension === 'kind' ? "split_part(trust_class, ':', 1)" : `coalesce(project, '${unknownProject}')`;
  return database.query<Omit<SizeRow, 'time'>>(
    `select ${key} as key, sum(size)::float8 as bytes from cache_entries
     where ($1::text is null or workspace = $1) and revoked_at is null group by 1 order by 1`,
    [workspace ?? null],
  );
}

/** The start of the span that an hour belongs to, in milliseconds since 1970. */
function bucket(hours: string): string {
  return `floor(extract(epoch from hour) / (${hours}::int * 3600))::float8 * ${hours}::int * 3600000`;
}
