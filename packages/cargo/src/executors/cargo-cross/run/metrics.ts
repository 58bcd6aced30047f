import { formatCount, formatSeconds, formatSize, type ProcessUsage } from '@millwright/toolkit';
import type { CacheCounts } from '../../../toolchain/compiler-cache.js';

/** Time and resources that a cargo run has used so far. */
export interface BuildMetrics {
  readonly wallMilliseconds: number;
  /** Undefined if the system does not report it. */
  readonly usage: ProcessUsage | undefined;
  /** The numbers of compiled and of up-to-date crates. */
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

/** Formats the metrics as one line. */
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

/** Formats sccache's hit rate; returns nothing if sccache was not used. */
export function formatHits({ cache }: BuildMetrics): string[] {
  if (cache === undefined || cache.hits + cache.misses === 0) return [];
  return [`sccache ${cache.hits} of ${cache.hits + cache.misses} hits`];
}
