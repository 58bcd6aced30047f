import { run } from '@millwright/toolkit';

/** sccache's hits and misses. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

/** Reads sccache's statistics since its server started (`--show-stats`); returns undefined if it does not respond. */
export async function cacheCounts(sccache: string): Promise<CacheCounts | undefined> {
  const { exitCode, stdout } = await run(sccache, ['--show-stats', '--stats-format=json'], {
    timeout: 10_000,
  });
  if (exitCode !== 0) return undefined;
  try {
    const { stats } = JSON.parse(stdout) as {
      stats: Record<'cache_hits' | 'cache_misses', { counts: Record<string, number> }>;
    };
    return { hits: sum(stats.cache_hits.counts), misses: sum(stats.cache_misses.counts) };
  } catch {
    return undefined;
  }
}

/** Returns the difference between two statistics. */
export function countsSince(
  before: CacheCounts | undefined,
  now: CacheCounts | undefined,
): CacheCounts | undefined {
  if (!before || !now) return undefined;
  return { hits: now.hits - before.hits, misses: now.misses - before.misses };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
