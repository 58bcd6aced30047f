import { catalogue, type ErrorCode } from './error-catalogue/catalogue.js';

export interface Problem {
  /** What happened, in one sentence without a full stop's worth of detail. */
  readonly what: string;
  /** Why it happened, as far as it is known. */
  readonly why: string;
  /** What to do about it; the catalogue's remedy for the code where left out. */
  readonly remedy?: string;
  /** The process's own output, shown with `--verbose` only. */
  readonly output?: string;
  readonly cause?: unknown;
}

/** The one error of this family: a code that can be searched for, what happened, why, and what to do. */
export class MillwrightError extends Error {
  override readonly name = 'MillwrightError';
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly output: string | undefined;

  constructor(
    readonly code: ErrorCode,
    problem: Problem,
  ) {
    super(`${code}: ${problem.what}`, problem.cause === undefined ? {} : { cause: problem.cause });
    this.what = problem.what;
    this.why = problem.why;
    this.remedy = problem.remedy ?? catalogue[code].remedy;
    this.output = problem.output;
  }
}

/** The three short lines that a person sees; the process's own output follows where `verbose` is set. */
export function formatError(error: unknown, verbose = false): string {
  if (!(error instanceof MillwrightError)) {
    const text =
      error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error);
    return `INTERNAL: ${text}`;
  }
  const lines = [`${error.code}: ${error.what}`, `  why: ${error.why}`, `  do:  ${error.remedy}`];
  if (verbose && error.output) lines.push('', error.output.trimEnd());
  return lines.join('\n');
}
