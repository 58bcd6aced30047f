import type { KeyObject } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config/schema.js';
import type { Database } from '../database/database.js';
import type { OidcExchange } from '../identity/exchange.js';
import type { BlobFolder } from '../storage/blob-folder.js';
import type { CacheMetrics } from './metrics.js';

/** What the routes work with. */
export interface Context {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly blobs: BlobFolder;
  readonly key: KeyObject;
  readonly oidc: OidcExchange;
  readonly registry: Registry;
  readonly metrics: CacheMetrics;
}
