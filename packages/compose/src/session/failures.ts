/** Thrown where a signal came; what is running is taken down without a word about it. */
export class Stopped extends Error {}

/** The single errors of one that may stand for several. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
