import pg from 'pg';
import { serverError } from '../errors.js';
import type { Database, Run } from './database.js';

const connectMilliseconds = 5000;
/** A statement on a database that does not answer must end before the client of the cache gives up. */
const statementMilliseconds = 15_000;

/**
 * Connects to a PostgreSQL server. No setting is sent when a connection starts, because connection poolers such as PgBouncer
 * reject settings that they do not know.
 * @param milliseconds time for one statement
 * @throws MillwrightError SERVER_DATABASE_UNREACHABLE
 */
export async function openPostgres(url: string, milliseconds = statementMilliseconds): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: milliseconds,
    application_name: 'millwright',
  });
  // A connection that breaks while idle is replaced at its next use.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw serverError('SERVER_DATABASE_UNREACHABLE', {
      what: `PostgreSQL at ${new URL(url).host} does not answer`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  return {
    query: runOn(pool),
    inTransaction: async (action) => {
      const client = await pool.connect();
      let failure: Error | undefined;
      try {
        await client.query('begin');
        const result = await action(runOn(client));
        await client.query('commit');
        return result;
      } catch (error) {
        // Of a connection that broke, PostgreSQL rolls back by itself. It must not be used again.
        await client.query('rollback').catch((broken: unknown) => {
          failure = broken as Error;
        });
        throw error;
      } finally {
        client.release(failure);
      }
    },
    close: () => pool.end(),
  };
}

function runOn(connection: pg.Pool | pg.PoolClient): Run {
  return async <Row>(text: string, values?: readonly unknown[]) => {
    const result = (await connection.query(text, values && [...values])) as pg.QueryResult | pg.QueryResult[];
    return ((Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? []) as Row[];
  };
}
