import { shellWord } from '../text/shell-word.js';

/** A place in a file that a person can open. */
export interface FileLocation {
  /** Relative to the workspace, or absolute. */
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number | undefined;
  /** Counted from 1. */
  readonly column?: number | undefined;
}

export interface Problem {
  /** What happened, in one sentence without a full stop. */
  readonly what: string;
  /** The cause, as far as it is known. */
  readonly why: string;
  /** A command or an edit that solves the problem; default: the remedy of the code. */
  readonly remedy?: string;
  /** The file that has to be edited, if it is known. */
  readonly location?: FileLocation | undefined;
  /** Output of the process that failed, shown with `--verbose` only. */
  readonly output?: string;
  readonly cause?: unknown;
}

/**
 * The error class of all packages: a code that can be searched for, what happened, where, why, and what to do. Created by
 * the `errorFactory` of a package, which knows the package's codes.
 */
export class MillwrightError extends Error {
  override readonly name = 'MillwrightError';
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly location: FileLocation | undefined;
  readonly output: string | undefined;

  constructor(
    readonly code: string,
    problem: Problem & { readonly remedy: string },
  ) {
    super(`${code}: ${problem.what}`, problem.cause === undefined ? {} : { cause: problem.cause });
    this.what = problem.what;
    this.why = problem.why;
    this.remedy = problem.remedy;
    this.location = problem.location;
    this.output = problem.output;
  }
}

/** A location as compilers print it: `file:line:column`. */
export function formatLocation({ file, line, column }: FileLocation): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}

/**
 * Replaces `<module>`, `<stack>`, `<crate>` or `<project>` in the commands of a message by the project's name.
 * @param project undefined if it is not known, as in a batch of several
 */
export function withProject(message: string, project: string | undefined): string {
  return project === undefined
    ? message
    : message.replaceAll(/(?<=\bnx run )<(?:module|stack|crate|project)>(?=:)/g, () => shellWord(project));
}
