import { hasCode, windmillError } from '../errors.js';
import { createApi } from '../client/api.js';
import { type Fetch, transport } from '../client/transport.js';
import { type Clock, systemClock } from '../clock/clock.js';
import { type Config, type EngineConfig, parseConfig } from '../config/config.js';
import type { EngineContext } from '../executions/context.js';
import { Executions } from '../executions/manager.js';
import type { WaitOptions } from '../executions/types.js';
import { Flows } from '../services/flows.js';
import { Folders } from '../services/folders.js';
import { Scripts } from '../services/scripts.js';
import { Tokens, Users } from '../services/users.js';
import { Variables } from '../services/variables.js';
import { Workspaces } from '../services/workspaces.js';
import { createSimulation, type Simulation, type SimulationOptions } from '../simulation/simulation.js';
import { type Logger, silentLogger } from '../observability/logger.js';
import { Supervisor } from '../supervision/supervisor.js';
import { checkServer } from './check-server.js';
import type { ServerFacts, WorkflowEngine } from './types.js';

export interface EngineDependencies {
  /** Sends requests in mode `attach`; default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Default: the machine's, or that of the simulation. */
  readonly clock?: Clock;
  /** The simulation to use in mode `simulate`, or options for a new one. */
  readonly simulation?: Simulation | SimulationOptions;
  /** Where the engine and a supervised server write their log, such as a logger of pino; default: nowhere. */
  readonly logger?: Logger;
  /** Default: the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Creates an engine.
 * @throws CONFIG_INVALID
 */
export function createEngine(
  config: Partial<EngineConfig> = {},
  dependencies: EngineDependencies = {},
): WorkflowEngine {
  return new Engine(parseConfig(config, dependencies.environment), dependencies);
}

/** What an engine talks to. */
interface Connection {
  readonly baseUrl: string;
  readonly token: string;
  /** Sends a request without adding the token. */
  readonly fetch: Fetch;
  readonly clock: Clock;
}

function connectionOf(
  config: Config,
  dependencies: EngineDependencies,
  supervisor: Supervisor | undefined,
): Connection {
  const { clock = systemClock, fetch: send = (request: Request) => fetch(request) } = dependencies;
  if (config.mode === 'attach') {
    return { baseUrl: config.baseUrl, token: config.token, fetch: send, clock };
  }
  if (supervisor !== undefined) {
    return {
      baseUrl: supervisor.baseUrl,
      token: supervisor.secret,
      // While the server restarts, requests wait.
      fetch: async (request) => {
        await supervisor.whenReady(request.signal);
        return send(request);
      },
      clock,
    };
  }
  const simulation = simulationOf(dependencies.simulation);
  return {
    baseUrl: 'http://localhost',
    token: simulation.secret,
    fetch: simulation.fetch,
    clock: dependencies.clock ?? simulation.clock,
  };
}

class Engine implements WorkflowEngine {
  readonly scripts: Scripts;
  readonly flows: Flows;
  readonly executions: Executions;
  readonly workspaces: Workspaces;
  readonly folders: Folders;
  readonly variables: Variables;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly simulated: boolean;
  readonly #stop = new AbortController();
  readonly #context: EngineContext;
  readonly #connection: Connection;
  readonly #supervisor: Supervisor | undefined;
  readonly #drain: number;
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(config: Config, dependencies: EngineDependencies) {
    this.#supervisor =
      config.mode === 'supervise' ? new Supervisor(config, dependencies.logger ?? silentLogger) : undefined;
    this.#drain = config.mode === 'supervise' ? config.drain : 0;
    this.#connection = connectionOf(config, dependencies, this.#supervisor);
    const { baseUrl, fetch, token, clock } = this.#connection;
    this.simulated = config.mode === 'simulate';
    const send = transport({ fetch, clock, token, retries: config.retries });
    this.#context = {
      api: createApi(baseUrl, send),
      clock,
      workspace: config.workspace,
      simulated: this.simulated,
      timeout: config.timeout,
      retries: config.retries,
      maxConcurrent: config.maxConcurrent,
      stopped: this.#stop.signal,
      checkReady: () => {
        this.#checkReady();
      },
    };
    this.executions = new Executions(this.#context);
    this.scripts = new Scripts(this.#context, this.executions);
    this.flows = new Flows(this.#context, this.executions);
    this.workspaces = new Workspaces(this.#context);
    this.folders = new Folders(this.#context);
    this.variables = new Variables(this.#context);
    this.users = new Users(this.#context);
    this.tokens = new Tokens(this.#context);
  }

  async start({ signal }: WaitOptions = {}): Promise<ServerFacts> {
    if (this.#state === 'stopped') this.#checkReady();
    const stopped = this.#stop.signal;
    const either = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
    await this.#supervisor?.start(either);
    const { baseUrl, fetch } = this.#connection;
    const facts = await checkServer(this.#context.api, baseUrl, fetch, either);
    this.#state = 'started';
    if (this.simulated || this.#supervisor !== undefined) {
      await this.workspaces
        .create(this.#context.workspace, undefined, { signal: either })
        .catch((error: unknown) => {
          if (!hasCode(error, 'WORKSPACE_EXISTS')) throw error;
        });
    }
    return facts;
  }

  async stop({ deadline = this.#drain }: { readonly deadline?: number } = {}): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    const { clock } = this.#context;
    const end = clock.now() + deadline * 1_000;
    if (deadline > 0) {
      const over = new AbortController();
      const timer = clock.sleep(deadline * 1_000, over.signal).catch(() => undefined);
      await Promise.race([this.executions.idle(), timer]);
      over.abort();
    }
    await this.#supervisor?.stop(Math.max(0, (end - clock.now()) / 1_000));
    this.#stop.abort(stoppedError('the engine has been stopped'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #checkReady(): void {
    if (this.#state === 'new') throw stoppedError('the engine has not been started');
    if (this.#state === 'stopped') throw stoppedError('the engine has been stopped');
  }
}

function simulationOf(given: Simulation | SimulationOptions | undefined): Simulation {
  return given !== undefined && 'crashWorkers' in given ? given : createSimulation(given);
}

function stoppedError(what: string): Error {
  return windmillError('ENGINE_NOT_READY', { what, why: 'the engine only works between `start` and `stop`' });
}
