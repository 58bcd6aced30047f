import type { Registry } from 'prom-client';
import { hasCode, windmillError } from '../errors.js';
import { createApi } from '../client/api.js';
import { type Fetch, transport } from '../client/transport.js';
import type { Clock } from '../clock/clock.js';
import {
  type Config,
  type EngineChanges,
  type EngineConfig,
  parseChanges,
  parseConfig,
} from '../config/config.js';
import type { EngineContext } from '../executions/context.js';
import { Executions } from '../executions/manager.js';
import type { WaitOptions } from '../executions/types.js';
import { Health } from '../health/checker.js';
import type { HealthOptions, HealthReport } from '../health/types.js';
import { type Logger, silentLogger } from '../observability/logger.js';
import { createObserver } from '../observability/observer.js';
import { Flows } from '../services/flows.js';
import { Folders } from '../services/folders.js';
import { Scripts } from '../services/scripts.js';
import { Tokens, Users } from '../services/users.js';
import { Variables } from '../services/variables.js';
import { Workspaces } from '../services/workspaces.js';
import type { Simulation, SimulationOptions } from '../simulation/simulation.js';
import { Supervisor } from '../supervision/supervisor.js';
import { checkServer } from './check-server.js';
import { type Connection, connectionOf, isUnavailable, simulated } from './connection.js';
import { type LanguageSupport, namedLanguages } from './language-support.js';
import { type Safe, safely } from './safe.js';
import type { ServerFacts, WorkflowEngine } from './types.js';

export interface EngineDependencies {
  /** Sends requests in mode `attach`; default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Default: the machine's, or that of the simulation. */
  readonly clock?: Clock;
  /** The simulation to use in mode `simulate` or as the fallback, or options for a new one. */
  readonly simulation?: Simulation | SimulationOptions;
  /** Where the engine and a supervised server write their log, such as a logger of pino; default: nowhere. */
  readonly logger?: Logger;
  /** A registry of prom-client for the engine's metrics. */
  readonly metrics?: Registry;
  /** Checkers and runners by language; they take the place of those of this package and of the simulation. */
  readonly languages?: Readonly<Record<string, LanguageSupport>>;
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
  const { checkers, simulation } = namedLanguages(dependencies.languages, dependencies.simulation);
  const parsed = parseConfig(config, dependencies.environment);
  return new Engine(
    parsed,
    { ...dependencies, ...(simulation === undefined ? {} : { simulation }) },
    checkers,
  );
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
  readonly safe: Safe<Omit<WorkflowEngine, 'safe'>>;
  readonly #stop = new AbortController();
  readonly #context: { -readonly [Key in keyof EngineContext]: EngineContext[Key] };
  readonly #health: Health;
  readonly #logger: Logger;
  #connection: Connection;
  #token: string;
  #supervisor: Supervisor | undefined;
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(
    private readonly config: Config,
    private readonly dependencies: EngineDependencies,
    private readonly checkers: EngineContext['checkers'],
  ) {
    this.#logger = dependencies.logger ?? silentLogger;
    this.#supervisor = config.mode === 'supervise' ? new Supervisor(config, this.#logger) : undefined;
    this.#connection = connectionOf(config, dependencies, this.#supervisor);
    this.#token = this.#connection.token;
    this.#context = this.#createContext();
    const context = this.#context;
    this.executions = new Executions(context);
    this.scripts = new Scripts(context, this.executions);
    this.flows = new Flows(context, this.executions);
    this.workspaces = new Workspaces(context);
    this.folders = new Folders(context);
    this.variables = new Variables(context);
    this.users = new Users(context);
    this.tokens = new Tokens(context);
    const binary = config.mode === 'supervise' ? config.binaryPath : undefined;
    this.#health = new Health(context, this.executions, binary);
    this.safe = safely<Omit<WorkflowEngine, 'safe'>>(this);
  }

  get simulated(): boolean {
    return this.#connection.simulated;
  }

  async start({ signal }: WaitOptions = {}): Promise<ServerFacts> {
    if (this.#state === 'stopped') this.#checkReady();
    const stopped = this.#stop.signal;
    const either = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
    const facts = await this.#connect(either);
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

  reconfigure(changes: EngineChanges): void {
    const { token, ...limits } = parseChanges(changes);
    if (token !== undefined) this.#token = token;
    Object.assign(this.#context, limits);
    this.executions.reconfigure();
  }

  health(options?: HealthOptions): Promise<HealthReport> {
    return this.#health.health(options);
  }

  ready(options?: WaitOptions): Promise<boolean> {
    return this.#health.ready(options);
  }

  async stop(options: { readonly deadline?: number } = {}): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    const { clock } = this.#context;
    const deadline = options.deadline ?? (this.config.mode === 'supervise' ? this.config.drain : 0);
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

  #createContext(): EngineContext {
    const { config } = this;
    const { baseUrl, clock } = this.#connection;
    // Read at each request, because they change with `reconfigure` and the fallback.
    const token = () => this.#token;
    const retries = () => this.#context.retries;
    const send = transport({
      fetch: (request) => this.#send(request),
      clock,
      stopped: this.#stop.signal,
      get token() {
        return token();
      },
      get retries() {
        return retries();
      },
    });
    return {
      api: createApi(baseUrl, send),
      clock,
      workspace: config.workspace,
      simulated: this.#connection.simulated,
      timeout: config.timeout,
      retries: config.retries,
      maxConcurrent: config.maxConcurrent,
      maxScriptSize: config.maxScriptSize,
      checkers: this.checkers,
      observer: createObserver(this.dependencies.metrics),
      stopped: this.#stop.signal,
      checkReady: () => {
        this.#checkReady();
      },
    };
  }

  /** Sends a request that ends with the engine. A simulation answers at once, and needs no signal for that. */
  #send(request: Request): Promise<Response> {
    const { simulated, fetch } = this.#connection;
    return simulated ? fetch(request) : fetch(request, AbortSignal.any([request.signal, this.#stop.signal]));
  }

  async #connect(signal: AbortSignal): Promise<ServerFacts> {
    try {
      await this.#supervisor?.start(signal);
      const { baseUrl, fetch } = this.#connection;
      const facts = await checkServer(this.#context.api, baseUrl, fetch, signal);
      return { ...facts, simulated: this.simulated };
    } catch (error) {
      const hasFallback = this.config.mode !== 'simulate' && this.config.fallback === 'simulate';
      if (!hasFallback || !isUnavailable(error)) throw error;
      return this.#fallBack(error as Error, signal);
    }
  }

  async #fallBack(cause: Error, signal: AbortSignal): Promise<ServerFacts> {
    this.#logger.warn({ err: cause }, 'a simulation stands in for the Windmill server');
    await this.#supervisor?.stop(0);
    this.#supervisor = undefined;
    this.#connection = simulated(this.dependencies.simulation, this.#context.clock);
    this.#token = this.#connection.token;
    this.#context.simulated = true;
    const facts = await checkServer(
      this.#context.api,
      this.#connection.baseUrl,
      this.#connection.fetch,
      signal,
    );
    const warning = `a simulation stands in for the Windmill server: ${cause.message}`;
    return { ...facts, simulated: true, warnings: [warning, ...facts.warnings] };
  }

  #checkReady(): void {
    if (this.#state === 'new') throw stoppedError('the engine has not been started');
    if (this.#state === 'stopped') throw stoppedError('the engine has been stopped');
  }
}

function stoppedError(what: string): Error {
  return windmillError('ENGINE_NOT_READY', { what, why: 'the engine only works between `start` and `stop`' });
}
