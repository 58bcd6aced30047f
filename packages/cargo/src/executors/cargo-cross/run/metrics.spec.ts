import { expect, it } from 'vitest';
import { formatHits, formatMetrics, metricsRecord } from './metrics.js';

const metrics = { wallMilliseconds: 1500.4, usage: undefined, compiled: 3, fresh: 1, cache: undefined };
const measured = {
  ...metrics,
  usage: { cpuTime: 2000, peakMemory: 3 * 1024 ** 2 },
  cache: { hits: 2, misses: 1 },
};

it('records unknown metrics as null', () => {
  expect(metricsRecord(metrics)).toEqual({
    wallMilliseconds: 1500,
    cpuMilliseconds: null,
    peakMemoryBytes: null,
    cratesCompiled: 3,
    cratesFresh: 1,
    kind: 'incremental',
    cacheHits: null,
    cacheMisses: null,
  });
  expect(metricsRecord({ ...measured, fresh: 0 })).toMatchObject({
    cpuMilliseconds: 2000,
    peakMemoryBytes: 3 * 1024 ** 2,
    kind: 'clean',
    cacheHits: 2,
    cacheMisses: 1,
  });
});

it('omits unknown metrics from the line', () => {
  expect(formatMetrics(metrics)).toBe('3 crates compiled, 1 fresh');
  expect(formatMetrics(measured)).toBe(
    '3 crates compiled, 1 fresh, peak memory 3.0 MiB, processor time 2.0 s, sccache 2 of 3 hits',
  );
});

it('formats no hit rate if sccache had no requests', () => {
  expect(formatHits({ ...metrics, cache: { hits: 0, misses: 0 } })).toEqual([]);
});
