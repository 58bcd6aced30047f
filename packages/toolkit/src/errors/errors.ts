import { printable } from '../text/printable.js';

export interface Problem {
  /** What happened, in one sentence without a full stop's worth of detail. */
  readonly what: string;
  /** Why it happened, as far as it is known. */
  readonly why: string;
  /** What to do about it; the default is the remedy of the code. */
  readonly remedy?: string;
  /** The process's own output, shown with `--verbose` only. */
  readonly output?: string;
  readonly cause?: unknown;
}

/**
 * The one error of this family: a code that can be searched for, what happened, why, and what to do. It is made by the
 * `errorFactory` of a package, which knows the package's codes.
 */
export class MillwrightError extends Error {
  override readonly name = 'MillwrightError';
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly output: string | undefined;

  constructor(
    readonly code: string,
    problem: Problem & { readonly remedy: string },
  ) {
    super(`${code}: ${problem.what}`, problem.cause === undefined ? {} : { cause: problem.cause });
    this.what = problem.what;
    this.why = problem.why;
    this.remedy = problem.remedy;
    this.output = problem.output;
  }
}

/** The three short lines that a person sees; the process's own output follows where `verbose` is set. */
export function formatError(error: unknown, verbose = false): string {
  if (!(error instanceof MillwrightError)) {
    const text =
      error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error);
    return `INTERNAL: ${printable(text)}`;
  }
  const project = process.env.NX_TASK_TARGET_PROJECT;
  const lines = [`${error.code}: ${error.what}`, `  why: ${error.why}`, `  do:  ${error.remedy}`].map(
    (line) => printable(withProject(line, project)),
  );
  if (verbose && error.output) lines.push('', error.output.trimEnd());
  return lines.join('\n');
}

/**
 * Runs a step of a plugin whose errors Nx itself shows: it prints the message alone, so that cause and remedy have to
 * be part of it.
 */
export async function inFull<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    throw new Error(formatError(error), { cause: error });
  }
}

/**
 * A message whose commands name the project that it is about, in place of `<module>`, `<stack>` or `<crate>`.
 * @param project undefined where it is not known, as in a batch of several
 */
export function withProject(message: string, project: string | undefined): string {
  return project === undefined
    ? message
    : message.replaceAll(/(?<=\bnx run )<(?:module|stack|crate)>(?=:)/g, () => project);
}
