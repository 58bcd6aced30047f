import { MillwrightError, type Problem } from './errors.js';

/** An entry of a package's `errors.ts`. */
export interface ErrorEntry {
  /** The meaning of the code, for docs/errors.md. */
  readonly meaning: string;
  /** The default remedy, used if an error sets none. */
  readonly remedy: string;
  /** Messages of other programs in these cases, to make the code searchable. */
  readonly printed?: readonly string[];
  /** The codes of earlier versions for these cases, to make them searchable. */
  readonly former?: readonly string[];
}

export type ErrorCatalogue = Readonly<Record<string, ErrorEntry>>;

/** The codes of one subject, as a section of docs/errors.md. */
export interface ErrorSection {
  readonly title: string;
  readonly entries: ErrorCatalogue;
}

/** Returns a function that creates errors with the codes of a catalogue and its default remedies. */
export function errorFactory<Code extends string>(
  catalogue: Readonly<Record<Code, ErrorEntry>>,
): (code: Code, problem: Problem) => MillwrightError {
  return (code, problem) =>
    new MillwrightError(code, { ...problem, remedy: problem.remedy ?? catalogue[code].remedy });
}
