import type { Database } from '../database/database.js';
import { type TrustClass, type TrustGroup, trustGroup } from '../identity/trust-class.js';

/** What happened in an hour. */
export interface Counts {
  readonly hits: number;
  readonly misses: number;
  readonly writes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** The project of requests whose client did not name one. */
export const unknownProject = '';
/** Together, the projects beyond the limit. Brackets keep it apart from names of projects. */
export const otherProjects = '[other projects]';

/** How long the history is kept. */
export const historyDays = 30;
/** A client may name any project, so their number is limited, for each workspace. */
const maximumProjects = 200;
const flushMilliseconds = 15_000;
const hourMilliseconds = 3_600_000;
const none: Counts = { hits: 0, misses: 0, writes: 0, readBytes: 0, writtenBytes: 0 };

interface Row extends Counts {
  readonly hour: number;
  readonly workspace: string;
  readonly kind: TrustGroup;
  readonly project: string;
}

/**
 * Counts what the cache does, per hour, workspace, kind of trust class and project. Requests are counted in memory, and the
 * sums are added to the database together: a request writes nothing by itself.
 */
export class UsageRecorder {
  #rows = new Map<string, Row>();
  /** The projects of an hour, by workspace. */
  #projects = new Map<string, Set<string>>();
  #hour = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  /** @param failed is called with the reason if the sums cannot be stored now; they are kept */
  constructor(
    readonly database: Database,
    readonly failed: (error: unknown) => void,
  ) {}

  /** Begins to store the sums every few seconds. */
  start(): void {
    this.#timer = setInterval(() => void this.flush(), flushMilliseconds).unref();
  }

  /** @param now in milliseconds since 1970 */
  count(
    { workspace, trustClass }: { readonly workspace: string; readonly trustClass: TrustClass },
    project: string | undefined,
    change: Partial<Counts>,
    now = Date.now(),
  ): void {
    const hour = now - (now % hourMilliseconds);
    const kind = trustGroup(trustClass);
    this.#add({
      ...none,
      ...change,
      hour,
      workspace,
      kind,
      project: this.#limited(hour, workspace, project),
    });
  }

  /** Stores the sums. Never rejects. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(async () => {
      const rows = [...this.#rows.values()];
      this.#rows.clear();
      if (rows.length === 0) return;
      try {
        await store(this.database, rows);
      } catch (error) {
        for (const row of rows) this.#add(row);
        this.failed(error);
      }
    });
    return this.#flushing;
  }

  /** Stores the rest. The database must be closed later. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #limited(hour: number, workspace: string, project = unknownProject): string {
    if (hour !== this.#hour) this.#projects.clear();
    this.#hour = hour;
    const known = this.#projects.get(workspace) ?? new Set();
    this.#projects.set(workspace, known);
    if (!known.has(project) && known.size >= maximumProjects) return otherProjects;
    known.add(project);
    return project;
  }

  #add(row: Row): void {
    const key = JSON.stringify([row.hour, row.workspace, row.kind, row.project]);
    const before = this.#rows.get(key) ?? none;
    this.#rows.set(key, {
      ...row,
      hits: before.hits + row.hits,
      misses: before.misses + row.misses,
      writes: before.writes + row.writes,
      readBytes: before.readBytes + row.readBytes,
      writtenBytes: before.writtenBytes + row.writtenBytes,
    });
  }
}

/** The order of the rows is the same for all servers, so that two of them do not wait for each other. */
async function store(database: Database, rows: readonly Row[]): Promise<void> {
  const column = (name: keyof Row) => rows.map((row) => row[name]);
  await database.query(
    `insert into cache_usage as old
       (hour, workspace, kind, project, hits, misses, writes, read_bytes, written_bytes)
     select to_timestamp(hour / 1000), workspace, kind, project, hits, misses, writes, read_bytes, written_bytes
     from unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
       $9::bigint[]) as n (hour, workspace, kind, project, hits, misses, writes, read_bytes, written_bytes)
     order by hour, workspace, kind, project
     on conflict (hour, workspace, kind, project) do update
       set hits = old.hits + excluded.hits, misses = old.misses + excluded.misses,
         writes = old.writes + excluded.writes, read_bytes = old.read_bytes + excluded.read_bytes,
         written_bytes = old.written_bytes + excluded.written_bytes`,
    [
      column('hour'),
      column('workspace'),
      column('kind'),
      column('project'),
      column('hits'),
      column('misses'),
      column('writes'),
      column('readBytes'),
      column('writtenBytes'),
    ],
  );
}

/** Records what is stored now as the size of this hour, and forgets what is older than the history. */
export async function recordSizes(database: Database): Promise<void> {
  await database.inTransaction(async (run) => {
    await run("delete from cache_usage where hour < now() - interval '1 day' * $1", [historyDays]);
    await run("delete from cache_sizes where hour < now() - interval '1 day' * $1", [historyDays]);
    // Of projects without entries, nothing is left to be updated.
    await run("delete from cache_sizes where hour = date_trunc('hour', now(), 'UTC')", []);
    await run(
      `insert into cache_sizes (hour, workspace, kind, project, entries, bytes)
       with sizes as (
         select workspace, split_part(trust_class, ':', 1) as kind, coalesce(project, $1) as project,
           count(*) as entries, sum(size) as bytes
         from cache_entries where revoked_at is null group by 1, 2, 3
       ), ranked as (
         select *, row_number() over (partition by workspace, kind order by bytes desc, project) as rank from sizes
       )
       select date_trunc('hour', now(), 'UTC'), workspace, kind,
         case when rank > $2::int then $3 else project end, sum(entries), sum(bytes)
       from ranked group by 2, 3, 4 order by 2, 3, 4
       on conflict (hour, workspace, kind, project) do update
         set entries = excluded.entries, bytes = excluded.bytes`,
      [unknownProject, maximumProjects, otherProjects],
    );
  });
}
