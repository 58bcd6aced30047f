import type { KeyObject } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { StorageChecker } from '../cache/checker.js';
import type { Collector } from '../cache/collector.js';
import type { UsageRecorder } from '../cache/usage.js';
import type { ServerConfig } from '../config/schema.js';
import type { Database } from '../database/database.js';
import type { OidcExchange } from '../identity/exchange.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { CacheMetrics } from './metrics.js';
import type { Readiness } from './readiness.js';

/** What the routes work with. */
export interface Context {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly collector: Collector;
  readonly usage: UsageRecorder;
  readonly checker: StorageChecker;
  readonly key: KeyObject;
  readonly oidc: OidcExchange;
  readonly registry: Registry;
  readonly metrics: CacheMetrics;
  readonly readiness: Readiness;
}
