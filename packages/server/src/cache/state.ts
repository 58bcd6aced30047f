import { z } from 'zod';
import type { Database } from '../database/database.js';

const finding = z.object({
  kind: z.enum(['missing', 'damaged', 'orphaned']),
  digest: z.string(),
  entries: z.number(),
});

/** What servers remember of their work for people who ask later. Times are ISO 8601. */
const states = {
  /** The last removal of unused entries and archives, and what it removed. */
  collection: z.object({ endedAt: z.iso.datetime(), entries: z.number(), blobs: z.number() }),
  /** The last check that was started on a page. */
  check: z.object({
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    isRepairing: z.boolean(),
    blobs: z.number(),
    bytes: z.number(),
    /** The number of all findings. */
    found: z.number(),
    /** The first of them. */
    findings: z.array(finding),
    /** Why the check ended early. */
    failure: z.string().optional(),
  }),
};
type States = { readonly [Name in keyof typeof states]: z.output<(typeof states)[Name]> };
export type CheckState = States['check'];

/** Remembers the last state, for all servers with the database. */
export async function saveState<Name extends keyof States>(
  database: Pick<Database, 'query'>,
  name: Name,
  state: States[Name],
): Promise<void> {
  await database.query(
    'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
    [`last ${name}`, JSON.stringify(state)],
  );
}

/** Returns the last state, or undefined if there is none that this version understands. */
export async function loadState<Name extends keyof States>(
  database: Pick<Database, 'query'>,
  name: Name,
): Promise<States[Name] | undefined> {
  const [row] = await database.query<{ value: string }>('select value from settings where name = $1', [
    `last ${name}`,
  ]);
  const parsed = row && states[name].safeParse(JSON.parse(row.value));
  return parsed?.data as States[Name] | undefined;
}
