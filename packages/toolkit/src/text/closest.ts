/**
 * Returns the candidate closest to a misspelled word. Ignores case, dashes and underscores.
 * @returns undefined if no candidate is close
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = normalized(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain, normalized(candidate));
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= Math.max(1, plain.length / 3) ? best.candidate : undefined;
}

/** Returns ` (did you mean "x"?)` for an error message, or an empty string if no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = closest(word, candidates);
  return candidate === undefined ? '' : ` (did you mean ${JSON.stringify(candidate)}?)`;
}

function normalized(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '');
}

/**
 * Returns the optimal string alignment distance: insertions, deletions, substitutions and swaps of adjacent
 * characters.
 */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
