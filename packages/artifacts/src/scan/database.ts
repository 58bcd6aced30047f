import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { readZip } from '../install/read-zip.js';
import { type OsvRecord, parseOsv } from './osv.js';

/** The records of an OSV database. */
export interface OsvDatabase {
  readonly records: readonly OsvRecord[];
  /** The SHA-256 over all records, the same for a folder and a zip file with them, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The newest date in the records, as `2026-11-28`; undefined if they have none. */
  readonly newest: string | undefined;
  /** The names of files that are no records. */
  readonly unreadable: readonly string[];
}

/** A record has less than 1 MB, all of crates.io and Go together less than 200 MB. */
const recordLimit = 1 << 24;
const databaseLimit = 2 ** 31;

/**
 * Reads an OSV database: a folder with `<id>.json` or `<ecosystem>/all.zip`, or such a zip file.
 * @throws MillwrightError SCAN_DATABASE_INVALID
 */
export async function readDatabase(path: string): Promise<OsvDatabase> {
  const invalid = (why: string) =>
    artifactError('SCAN_DATABASE_INVALID', { what: `${path} is not an OSV database`, why });
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw invalid('it does not exist');
  const digests = new Map<string, string>();
  const records = new Map<string, OsvRecord>();
  const unreadable: string[] = [];
  const add = (name: string, bytes: Buffer) => {
    const record = parseOsv(bytes.toString('utf8'));
    if (record === undefined) unreadable.push(name);
    else {
      records.set(record.id, record);
      digests.set(record.id, createHash('sha256').update(bytes).digest('hex'));
    }
  };
  const files = found.isDirectory() ? filesBelow(path) : [path];
  try {
    for (const file of files)
      if (file.endsWith('.zip')) await readMembers(file, add);
      else if (file.endsWith('.json')) {
        const { bytes, failure } = readRegularFile(file, { limit: recordLimit });
        if (bytes === undefined) throw new Error(`${file}: ${failure.why}`);
        add(file, bytes);
      }
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
  if (records.size === 0) throw invalid('it has no records: files <id>.json, or all.zip with them');
  const hash = createHash('sha256');
  for (const [id, digest] of [...digests].sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(`${digest}  ${id}\n`);
  return {
    records: [...records.values()],
    sha256: hash.digest('hex'),
    newest: newestOf(records),
    unreadable,
  };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function readMembers(path: string, add: (name: string, bytes: Buffer) => void): Promise<void> {
  await readZip(path, databaseLimit, async ({ name, kind, size }, content) => {
    const chunks: Buffer[] = [];
    if (size > recordLimit) throw new Error(`${name} has more than ${recordLimit} bytes`);
    for await (const chunk of content) chunks.push(chunk);
    if (kind === 'file' && name.endsWith('.json')) add(name, Buffer.concat(chunks));
  });
}

function newestOf(records: ReadonlyMap<string, OsvRecord>): string | undefined {
  const dates = [...records.values()].flatMap(({ modified, published }) => [modified, published]);
  return dates
    .filter((date) => date !== undefined && /^(?!0001)\d{4}-\d\d-\d\d/.test(date))
    .map((date) => date?.slice(0, 10))
    .sort()
    .at(-1);
}

/**
 * Returns the age of a database in days; undefined if its records have no dates.
 * @param today as `2026-11-28`
 */
export function ageInDays(newest: string | undefined, today: string): number | undefined {
  if (newest === undefined) return undefined;
  return Math.round((Date.parse(today) - Date.parse(newest)) / 86_400_000);
}
