import type { WaitOptions } from '../executions/types.js';

export type ProbeName =
  | 'configuration'
  | 'binary'
  | 'disk'
  | 'server'
  | 'database'
  | 'workers'
  | 'runtimes'
  | 'isolation'
  | 'capability';

/** One thing that was looked at. */
export interface Probe {
  readonly name: ProbeName;
  /** `skipped` where the engine cannot see it, such as the disk of a server elsewhere. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in one sentence. */
  readonly detail: string;
  /** The command or edit that fixes it. */
  readonly remedy?: string;
}

export interface HealthReport {
  /** `failed` if jobs cannot run, `warning` if some cannot. */
  readonly status: 'ok' | 'warning' | 'failed';
  readonly simulated: boolean;
  readonly probes: readonly Probe[];
}

export interface HealthOptions extends WaitOptions {
  /** Languages in which a small job is run, beside a flow with an expression. By default no job is run. */
  readonly capabilities?: readonly string[] | undefined;
  /** Tags that workers must have; default: `flow`, `dependency`, and the languages of `capabilities`. */
  readonly tags?: readonly string[] | undefined;
}

export interface HealthChecker {
  /** Looks at everything that jobs need. Never throws for what is not well; that is in the report. */
  health(options?: HealthOptions): Promise<HealthReport>;
  /** Whether the server answers and has a live worker. */
  ready(options?: WaitOptions): Promise<boolean>;
}
