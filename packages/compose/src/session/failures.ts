/** Thrown when a signal arrives. The stack is taken down without an error message. */
export class Stopped extends Error {}

/** Returns the single errors of an AggregateError, or the error itself. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
