/** A mistake in the code of a script. */
export interface CodeProblem {
  /** One-based. */
  readonly line: number;
  /** One-based, in characters. */
  readonly column: number;
  readonly message: string;
}

/** Finds mistakes of syntax in code, without running it. Empty if there are none. */
export type Checker = (code: string) => readonly CodeProblem[] | Promise<readonly CodeProblem[]>;

/** The position of an offset in a text. @param offset in characters from the beginning */
export function positionOf(code: string, offset: number): Pick<CodeProblem, 'line' | 'column'> {
  const before = code.slice(0, Math.max(0, offset));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
