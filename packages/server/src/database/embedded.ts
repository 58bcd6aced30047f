import { mkdirSync } from 'node:fs';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { Database, Run } from './database.js';

/**
 * Opens the embedded database in a folder, which is created if necessary. PGlite does not lock the folder, and two
 * processes would lose rows: the caller must hold a lock.
 */
export async function openEmbedded(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create(folder);
  return {
    query: runOn(pglite),
    inTransaction: (action) => pglite.transaction((transaction) => action(runOn(transaction))),
    close: () => pglite.close(),
  };
}

function runOn(connection: PGlite | Transaction): Run {
  return async <Row>(text: string, values?: readonly unknown[]) => {
    if (values !== undefined) return (await connection.query<Row>(text, [...values])).rows;
    const results = await connection.exec(text);
    return (results.at(-1)?.rows ?? []) as Row[];
  };
}
