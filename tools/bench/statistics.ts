export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * Returns the median of the round-by-round comparison of two series, because both had the same conditions
 * in each round.
 */
export function pairwise(
  one: readonly number[],
  other: readonly number[],
  combine: (one: number, other: number) => number,
): number {
  return median(one.map((value, round) => combine(value, other[round] ?? NaN)));
}
