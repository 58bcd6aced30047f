import type { SuperviseConfig } from '../config/config.js';
import { markerVariable } from './process-tree.js';

export interface ServerEnvironment {
  readonly secret: string;
  readonly stateFolder: string;
  readonly marker: string;
  /** That of the embedded database, if there is one. */
  readonly databaseUrl: string | undefined;
}

/**
 * The whole environment of a supervised server. Nothing else of this process's environment reaches it, so that no secret of the
 * program does. Names and meanings are those of Windmill's `main.rs` and `windmill-common`.
 */
export function environmentOf(
  config: SuperviseConfig,
  { secret, stateFolder, marker, databaseUrl = config.databaseUrl }: ServerEnvironment,
  path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
): Record<string, string> {
  return {
    PATH: path,
    HOME: stateFolder,
    JSON_FMT: 'true',
    ...config.variables,
    MODE: 'standalone',
    SERVER_BIND_ADDR: '127.0.0.1',
    PORT: String(config.port),
    NUM_WORKERS: String(config.workers),
    SUPERADMIN_SECRET: secret,
    DATABASE_CONNECTIONS: String(config.databaseConnections),
    ...(config.databaseUrlFile === undefined
      ? { DATABASE_URL: databaseUrl ?? '' }
      : { DATABASE_URL_FILE: config.databaseUrlFile }),
    [markerVariable]: marker,
  };
}
