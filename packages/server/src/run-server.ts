import { join, resolve } from 'node:path';
import type { FastifyServerOptions } from 'fastify';
import { withLock } from '@millwright/artifacts';
import { MillwrightError } from '@millwright/toolkit/core';
import type { ServerConfig } from './config/schema.js';
import { serverError } from './errors.js';
import { type RunningServer, serve } from './serve.js';

/**
 * Runs the server until a signal stops it. With the embedded database, it holds the lock of the data folder.
 * @param started is called once, when the server answers
 * @throws MillwrightError SERVER_DATA_LOCKED, and those of serve
 */
export async function runServer(
  config: ServerConfig,
  logger: FastifyServerOptions['logger'],
  started: (server: RunningServer) => void,
  signal: AbortSignal,
): Promise<void> {
  const run = async () => {
    const server = await serve(config, logger);
    started(server);
    if (!signal.aborted)
      await new Promise((stop) => {
        signal.addEventListener('abort', stop, { once: true });
      });
    await server.close();
  };
  return config.databaseUrl === undefined ? withDataFolder(config.data, run) : run();
}

/**
 * Holds a lock of the operating system on a data folder, which ends with the process.
 * @throws MillwrightError SERVER_DATA_LOCKED
 */
export async function withDataFolder<Result>(data: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await withLock(join(resolve(data), 'lock'), run, 0);
  } catch (error) {
    if (!(error instanceof MillwrightError) || error.code !== 'ARTIFACTS_LOCKED') throw error;
    throw serverError('SERVER_DATA_LOCKED', {
      what: `another server uses the data folder ${data}`,
      why: 'the embedded database allows one process at a time',
      cause: error,
    });
  }
}
