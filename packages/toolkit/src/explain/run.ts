/** A task of a run, as Nx passes it to `postTasksExecution`. */
export interface RunTask {
  readonly id: string;
  readonly target: { readonly project: string; readonly target: string };
  readonly overrides: unknown;
  readonly outputs: readonly string[];
  readonly cache?: boolean | undefined;
  readonly hash?: string | undefined;
  readonly hashDetails?: { readonly nodes: Readonly<Record<string, string>> } | undefined;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

export interface FinishedRun {
  readonly workspaceRoot: string;
  readonly nxJson: object;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** The tasks of one plugin. */
  readonly outcomes: readonly { readonly task: RunTask; readonly status: string }[];
}

/** The functions by which a plugin explains its tasks. */
export interface ExplainedPlugin {
  /** Its name. */
  readonly name: string;
  readonly version: string;
  /**
   * Returns the inputs that the plugin's variables represent: for each variable, digests by input name. Hashes the
   * machine again, so it is called only for runs with new results.
   */
  parts(workspaceRoot: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
}

/** Nx's statuses of tasks whose outputs exist. */
const successful: ReadonlySet<string> = new Set([
  'success',
  'local-cache',
  'local-cache-kept-existing',
  'remote-cache',
]);

/**
 * Returns whether to record the inputs of a task: it was built, or restored with another hash than the recorded one.
 */
export function shouldRecord(status: string, hash: string | undefined, known: string | undefined): boolean {
  return status === 'success' || (successful.has(status) && hash !== known);
}
