/**
 * A check that is too long or too heavy for CI: many independent cases, run sequentially. A campaign is a
 * module `tools/campaigns/<name>.ts` whose default export is a function that returns one.
 */
export interface Campaign {
  /** The claim that the campaign tests, in one sentence. */
  readonly purpose: string;
  /** The number of cases in a full run. */
  readonly cases: number;
  /**
   * Runs one case. The same index must always be the same case, so that a failure can be reproduced.
   * @returns a short description of what happened
   * @throws if the case fails; the message becomes part of the report
   */
  run(index: number): Promise<string>;
  /**
   * Returns Markdown for the report below its summary: common properties of the passed cases, measurements.
   */
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
