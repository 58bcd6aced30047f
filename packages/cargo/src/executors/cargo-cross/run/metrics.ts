import { formatCount, formatSeconds, formatSize, type ProcessUsage } from '@millwright/toolkit';
import type { CacheCounts } from '../../../toolchain/compiler-cache.js';

/** What one cargo took, until a moment of its run. */
export interface BuildMetrics {
  readonly wallMilliseconds: number;
  /** Undefined where the system does not tell. */
  readonly usage: ProcessUsage | undefined;
  /** Crates that were compiled, and those that were up to date. */
  readonly compiled: number;
  readonly fresh: number;
  /** Undefined without sccache. */
  readonly cache: CacheCounts | undefined;
}

/** The content of a `.metrics.json` file, without the artifact's size. */
export function metricsRecord({ wallMilliseconds, usage, compiled, fresh, cache }: BuildMetrics) {
  return {
    wallMilliseconds: Math.round(wallMilliseconds),
    cpuMilliseconds: usage?.cpuTime ?? null,
    peakMemoryBytes: usage?.peakMemory ?? null,
    cratesCompiled: compiled,
    cratesFresh: fresh,
    kind: fresh === 0 ? 'clean' : 'incremental',
    cacheHits: cache?.hits ?? null,
    cacheMisses: cache?.misses ?? null,
  };
}

/** The metrics on one line. */
export function formatMetrics(metrics: BuildMetrics): string {
  const { usage, compiled, fresh } = metrics;
  return [
    `${formatCount(compiled, 'crate')} compiled`,
    `${fresh} fresh`,
    ...(usage === undefined
      ? []
      : [
          `peak memory ${formatSize(usage.peakMemory)}`,
          `processor time ${formatSeconds(usage.cpuTime / 1000)}`,
        ]),
    ...formatHits(metrics),
  ].join(', ');
}

/** sccache's hit rate; nothing where it was not asked. */
export function formatHits({ cache }: BuildMetrics): string[] {
  if (cache === undefined || cache.hits + cache.misses === 0) return [];
  return [`sccache ${cache.hits} of ${cache.hits + cache.misses} hits`];
}
