import pg from 'pg';
import { serverError } from '../errors.js';
import type { Database, Run } from './database.js';

const connectMilliseconds = 5000;

/**
 * Connects to a PostgreSQL server.
 * @throws MillwrightError SERVER_DATABASE_UNREACHABLE
 */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 20, connectionTimeoutMillis: connectMilliseconds });
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
      try {
        await client.query('begin');
        const result = await action(runOn(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
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
