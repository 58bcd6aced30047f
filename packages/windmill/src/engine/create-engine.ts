import { hasCode, windmillError } from '../errors.js';
import { createApi } from '../client/api.js';
import { type Fetch, transport } from '../client/transport.js';
import { type Clock, systemClock } from '../clock/clock.js';
import { type Config, type EngineConfig, parseConfig } from '../config/config.js';
import type { EngineContext } from '../executions/context.js';
import { Executions } from '../executions/manager.js';
import type { WaitOptions } from '../executions/types.js';
import { Flows } from '../services/flows.js';
import { Scripts } from '../services/scripts.js';
import { Workspaces } from '../services/workspaces.js';
import { createSimulation, type Simulation, type SimulationOptions } from '../simulation/simulation.js';
import { checkServer } from './check-server.js';
import type { ServerFacts, WorkflowEngine } from './types.js';

export interface EngineDependencies {
  /** Sends requests in mode `attach`; default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Default: the machine's, or that of the simulation. */
  readonly clock?: Clock;
  /** The simulation to use in mode `simulate`, or options for a new one. */
  readonly simulation?: Simulation | SimulationOptions;
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

const simulationUrl = 'http://localhost';

class Engine implements WorkflowEngine {
  readonly scripts: Scripts;
  readonly flows: Flows;
  readonly executions: Executions;
  readonly workspaces: Workspaces;
  readonly simulated: boolean;
  readonly #stop = new AbortController();
  readonly #context: EngineContext;
  readonly #baseUrl: string;
  readonly #fetch: Fetch;
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(config: Config, dependencies: EngineDependencies) {
    const simulation = config.mode === 'simulate' ? simulationOf(dependencies.simulation) : undefined;
    this.simulated = simulation !== undefined;
    this.#fetch = simulation?.fetch ?? dependencies.fetch ?? ((request) => fetch(request));
    this.#baseUrl = config.mode === 'attach' ? config.baseUrl : simulationUrl;
    const clock = dependencies.clock ?? simulation?.clock ?? systemClock;
    const token = config.mode === 'attach' ? config.token : (simulation?.secret ?? '');
    const send = transport({ fetch: this.#fetch, clock, token, retries: config.retries });
    this.#context = {
      api: createApi(this.#baseUrl, send),
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
  }

  async start({ signal }: WaitOptions = {}): Promise<ServerFacts> {
    if (this.#state === 'stopped') this.#checkReady();
    const stopped = this.#stop.signal;
    const either = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
    const facts = await checkServer(this.#context.api, this.#baseUrl, this.#fetch, either);
    this.#state = 'started';
    if (this.simulated) {
      await this.workspaces
        .create(this.#context.workspace, undefined, { signal: either })
        .catch((error: unknown) => {
          if (!hasCode(error, 'WORKSPACE_EXISTS')) throw error;
        });
    }
    return facts;
  }

  async stop({ deadline = 0 }: { readonly deadline?: number } = {}): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    if (deadline > 0) {
      const over = new AbortController();
      const timer = this.#context.clock.sleep(deadline * 1_000, over.signal).catch(() => undefined);
      await Promise.race([this.executions.idle(), timer]);
      over.abort();
    }
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
  return windmillError('ENGINE_NOT_READY', { what, why: 'it only works between `start` and `stop`' });
}
