/**
 * A check that is too long or too heavy for CI: many independent cases, run one after the other. A campaign is a module
 * `tools/campaigns/<name>.ts` whose default export is a function that returns one.
 */
export interface Campaign {
  /** What the campaign shows, in one sentence. */
  readonly purpose: string;
  /** How many cases a full run has. */
  readonly cases: number;
  /**
   * Runs one case. The same index must always give the same case, so that a failure can be repeated.
   * @returns what happened, in a few words
   * @throws where the case fails; the message becomes part of the report
   */
  run(index: number): Promise<string>;
  /** Markdown for the report below its summary: what the passed cases have in common, measurements. */
  describe?(results: readonly CaseResult[]): string;
  /** Removes what the cases share. */
  close?(): Promise<void> | void;
}

export interface CaseResult {
  readonly index: number;
  readonly passed: boolean;
  /** What happened, or why the case failed. */
  readonly detail: string;
  readonly seconds: number;
}

/** A pseudo-random number from 0 up to 1 for each index and purpose; the same on every machine. */
export function randomOf(index: number, purpose: string): number {
  // FNV-1a, then the finalizer of MurmurHash3: neighbouring indexes give unrelated numbers.
  let hash = 0x811c9dc5;
  for (const character of `${purpose}/${index}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
