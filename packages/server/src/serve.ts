import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { StorageChecker } from './cache/checker.js';
import { Collector } from './cache/collector.js';
import { UsageRecorder } from './cache/usage.js';
import type { ServerConfig } from './config/schema.js';
import type { Database } from './database/database.js';
import { serverError } from './errors.js';
import { createApp } from './http/app.js';
import { createMetrics } from './http/metrics.js';
import { Readiness } from './http/readiness.js';
import { OidcExchange } from './identity/exchange.js';
import { signingKey } from './identity/signing-key.js';
import { allWorkspaces, createToken } from './identity/tokens.js';
import { openBlobs, openDatabase } from './open.js';
import { registerPages } from './web/register-pages.js';

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** The token of the administrator, if this start created it. It is not shown again. */
  readonly adminToken: string | undefined;
  readonly app: FastifyInstance;
  /** Stops accepting requests, ends those that run, and closes the database. A second call waits for the first. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the server. With the embedded database, the caller must hold the lock of the data folder.
 * @throws MillwrightError SERVER_PORT_IN_USE, and those of openDatabase and openBlobs
 */
export async function serve(
  config: ServerConfig,
  logger?: FastifyServerOptions['logger'],
): Promise<RunningServer> {
  const database = await openDatabase(config);
  try {
    const blobs = await openBlobs(config);
    // No other process uses the folder of an embedded database.
    if (config.databaseUrl === undefined) await blobs.removeAbandoned(Infinity);
    const adminToken = await firstAdminToken(database);
    const { registry, metrics } = createMetrics();
    const key = await signingKey(database);
    const oidc = new OidcExchange(config.trust, database);
    const readiness = new Readiness(database, blobs);
    const collector = new Collector(database, blobs, config.quotaBytes, (error) => {
      app.log.error({ err: error }, 'unused entries cannot be removed');
    });
    const checker = new StorageChecker(database, blobs);
    const usage = new UsageRecorder(database, (error) => {
      app.log.error({ err: error }, 'the usage of the cache cannot be recorded now');
    });
    const context = {
      config,
      database,
      blobs,
      collector,
      usage,
      checker,
      key,
      oidc,
      registry,
      metrics,
      readiness,
    };
    const app = await createApp(context, logger);
    if (config.modules.includes('web')) await registerPages(app, context);
    const url = await listen(app, config);
    collector.start();
    usage.start();
    let closing: Promise<void> | undefined;
    const close = () =>
      (closing ??= (async () => {
        readiness.isStopping = true;
        await app.close();
        await Promise.all([collector.close(), checker.close()]);
        await usage.close();
        await database.close();
      })());
    return { url, adminToken, app, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function listen(app: FastifyInstance, { host, port }: ServerConfig): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw serverError('SERVER_PORT_IN_USE', {
      what: `port ${port} of ${host} is in use`,
      why: 'another program listens on it',
      cause: error,
    });
  }
}

/** Creates the administrator's token if the database has none. Of servers that start together, one creates it. */
async function firstAdminToken(database: Database): Promise<string | undefined> {
  return database.inTransaction(async (run) => {
    await run('lock table tokens in exclusive mode');
    const found = await run(
      "select 1 as one from tokens where 'admin' = any(scopes) and revoked_at is null limit 1",
    );
    if (found.length > 0) return undefined;
    const { token } = await createToken(
      { query: run },
      { name: 'administrator', workspace: allWorkspaces, trustClass: 'dev:administrator', scopes: ['admin'] },
    );
    return token;
  });
}
