import { MillwrightError, type Problem } from './errors.js';

/** One code of a package's `errors.ts`. */
export interface ErrorEntry {
  /** What the code means, for the troubleshooting page. */
  readonly meaning: string;
  /** What to do where the place that throws knows nothing better. */
  readonly remedy: string;
  /** What other programs print in these cases, as people search for it. */
  readonly printed?: readonly string[];
}

export type ErrorCatalogue = Readonly<Record<string, ErrorEntry>>;

/** Codes as the troubleshooting page has them: those of one subject together. */
export interface ErrorSection {
  readonly title: string;
  readonly entries: ErrorCatalogue;
}

/** A function that makes errors with the codes of a catalogue, whose remedy is the default. */
export function errorFactory<Code extends string>(
  catalogue: Readonly<Record<Code, ErrorEntry>>,
): (code: Code, problem: Problem) => MillwrightError {
  return (code, problem) =>
    new MillwrightError(code, { ...problem, remedy: problem.remedy ?? catalogue[code].remedy });
}
