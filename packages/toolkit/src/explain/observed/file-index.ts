import { minimatch } from 'minimatch';

/** The files of a workspace with their digests, which can be searched by the patterns of Nx inputs. */
export class FileIndex {
  private readonly sorted: readonly string[];

  /** @param digests the digests by path, relative to the workspace */
  constructor(private readonly digests: ReadonlyMap<string, string>) {
    this.sorted = [...digests.keys()].sort();
  }

  /** Returns the files that match any pattern and no pattern that begins with `!`, with their digests. */
  matching(patterns: readonly string[]): Map<string, string> {
    const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
    const found = new Map<string, string>();
    for (const pattern of patterns) {
      if (pattern.startsWith('!')) continue;
      for (const path of this.candidates(pattern)) {
        if (excluded.some((other) => minimatch(path, other, dotfiles))) continue;
        found.set(path, this.digests.get(path) ?? '');
      }
    }
    return found;
  }

  /** Narrows tens of thousands of files to those that begin with the fixed part of the pattern. */
  private candidates(pattern: string): readonly string[] {
    const fixed = fixedPart(pattern);
    const from = this.firstFrom(fixed);
    let to = from;
    while (to < this.sorted.length && this.sorted[to]?.startsWith(fixed) === true) to += 1;
    const below = this.sorted.slice(from, to);
    const rest = pattern.slice(rawFixedPart(pattern).length);
    return rest === '**/*' ? below : below.filter((path) => minimatch(path, pattern, dotfiles));
  }

  private firstFrom(prefix: string): number {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const dotfiles = { dot: true };

/** Returns the text with which every match of a pattern begins, without escapes. */
export function fixedPart(pattern: string): string {
  return rawFixedPart(pattern).replace(/\\(.)/gs, '$1');
}

function rawFixedPart(pattern: string): string {
  return /^(?:\\.|[^\\*?{}[\]()!])*/s.exec(pattern)?.[0] ?? '';
}
