/** Runs statements: several without values, or one with the values of its `$1`, `$2`. */
export type Run = <Row = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

/** A PostgreSQL database: a server's, or the embedded one. */
export interface Database {
  readonly query: Run;
  /** Runs statements that succeed or fail together. */
  readonly inTransaction: <Result>(action: (run: Run) => Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}
