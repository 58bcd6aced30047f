import type { ExecutionManager } from '../executions/types.js';
import type { EngineChanges } from '../config/config.js';
import type { HealthChecker } from '../health/types.js';
import type { Safe } from './safe.js';
import type {
  FlowManager,
  FolderManager,
  ScriptManager,
  TokenManager,
  UserManager,
  VariableManager,
  WorkspaceManager,
} from '../services/types.js';
import type { WaitOptions } from '../executions/types.js';

/** What a server can do, as found when the engine started. */
export interface ServerFacts {
  /** As the server says it, such as `CE v1.533.1`. */
  readonly version: string;
  /** What is doubtful about the server, one sentence each. */
  readonly warnings: readonly string[];
  /** Whether a simulation stands in. */
  readonly simulated: boolean;
}

/** A workflow engine. What it is attached to is behind this interface: a server, or a simulation. */
export interface WorkflowEngine extends HealthChecker, AsyncDisposable {
  readonly scripts: ScriptManager;
  readonly flows: FlowManager;
  readonly executions: ExecutionManager;
  readonly workspaces: WorkspaceManager;
  readonly folders: FolderManager;
  readonly variables: VariableManager;
  readonly users: UserManager;
  readonly tokens: TokenManager;
  /** Whether a simulation runs the jobs: in mode `simulate`, or as the `fallback` that the configuration asks for. */
  readonly simulated: boolean;
  /** The same engine, whose methods return a `ResultAsync` of neverthrow instead of throwing. */
  readonly safe: Safe<Omit<WorkflowEngine, 'safe'>>;
  /**
   * Changes limits while the engine runs. Executions in progress continue; those that wait for a place take the new limit.
   * @throws CONFIG_INVALID; nothing is changed then
   */
  reconfigure(changes: EngineChanges): void;
  /**
   * Connects; in mode `supervise`, starts the server first.
   * @throws SERVER_UNREACHABLE, TOKEN_REJECTED, SERVER_UNPROTECTED, and what a supervised server fails with
   */
  start(options?: WaitOptions): Promise<ServerFacts>;
  /**
   * Ends all waits of this engine. Jobs on the server continue; a supervised server ends with its jobs.
   * @param options `deadline`: seconds in which executions in progress may end before that; default 0, in mode `supervise` the
   * configured `drain`
   */
  stop(options?: { readonly deadline?: number }): Promise<void>;
}
