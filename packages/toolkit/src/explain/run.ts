/** One task of a run, as Nx hands it to `postTasksExecution`. */
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

/** What a plugin adds to the explanation of its tasks. */
export interface ExplainedPlugin {
  /** Its name. */
  readonly name: string;
  readonly version: string;
  /**
   * What is behind those of its variables that stand for more than their own value: for each, digests by what they are
   * of. Looks at the machine anew, so that only runs that built something pay for it.
   */
  parts(workspaceRoot: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
}

/** Nx's words for what became of a task whose result is in place. */
const successful: ReadonlySet<string> = new Set([
  'success',
  'local-cache',
  'local-cache-kept-existing',
  'remote-cache',
]);

/** Whether what a task was hashed from is to be recorded: it was made, or restored in another state than the last one. */
export function shouldRecord(status: string, hash: string | undefined, known: string | undefined): boolean {
  return status === 'success' || (successful.has(status) && hash !== known);
}
