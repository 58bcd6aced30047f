import { Counter, Registry } from 'prom-client';

/** The counters of the cache. */
export interface CacheMetrics {
  readonly requests: Counter<'method' | 'result'>;
  readonly bytes: Counter<'direction'>;
  readonly identities: Counter<'result'>;
}

/** Creates the counters in a registry of their own, so that two servers in one process do not mix. */
export function createMetrics(): { readonly registry: Registry; readonly metrics: CacheMetrics } {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    metrics: {
      requests: new Counter({
        name: 'millwright_cache_requests_total',
        help: 'Requests of the cache by method and result: hit, miss, stored, exists, refused, failed',
        labelNames: ['method', 'result'],
        registers,
      }),
      bytes: new Counter({
        name: 'millwright_cache_bytes_total',
        help: 'Bytes of archives sent and received',
        labelNames: ['direction'],
        registers,
      }),
      identities: new Counter({
        name: 'millwright_identities_total',
        help: 'OIDC tokens of CI jobs that were accepted or refused',
        labelNames: ['result'],
        registers,
      }),
    },
  };
}
