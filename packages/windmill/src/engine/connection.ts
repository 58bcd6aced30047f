import { type Fetch } from '../client/transport.js';
import { type Clock, systemClock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import { hasCode, type WindmillErrorCode } from '../errors.js';
import { createSimulation, type Simulation, type SimulationOptions } from '../simulation/simulation.js';
import type { Supervisor } from '../supervision/supervisor.js';

/** What an engine talks to. */
export interface Connection {
  readonly baseUrl: string;
  readonly token: string;
  /** Sends a request without adding the token. The signal takes the place of the request's own. */
  readonly fetch: (request: Request, signal?: AbortSignal) => Promise<Response>;
  readonly clock: Clock;
  readonly simulated: boolean;
}

export interface ConnectionDependencies {
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  readonly simulation?: Simulation | SimulationOptions;
}

/** The connection that a configuration describes. */
export function connectionOf(
  config: Config,
  dependencies: ConnectionDependencies,
  supervisor: Supervisor | undefined,
): Connection {
  const { clock = systemClock, fetch: given } = dependencies;
  // The global `fetch` copies each request, so that a copy with the signal would be a second one.
  const send: Connection['fetch'] = (request, signal = request.signal) =>
    given === undefined ? fetch(request, { signal }) : given(new Request(request, { signal }));
  if (config.mode === 'simulate') return simulated(dependencies.simulation, dependencies.clock);
  if (config.mode === 'attach') {
    return { baseUrl: config.baseUrl, token: config.token, fetch: send, clock, simulated: false };
  }
  return {
    baseUrl: `http://127.0.0.1:${config.port}`,
    token: supervisor?.secret ?? '',
    // While the server restarts, requests wait.
    fetch: async (request, signal = request.signal) => {
      await supervisor?.whenReady(signal);
      return send(request, signal);
    },
    clock,
    simulated: false,
  };
}

/**
 * The connection to a simulation.
 * @param clock the clock of the engine; default: that of the simulation
 */
export function simulated(
  given: Simulation | SimulationOptions | undefined,
  clock: Clock | undefined,
): Connection {
  const isReady = given !== undefined && 'crashWorkers' in given;
  const simulation = isReady
    ? given
    : createSimulation({ ...given, ...(clock === undefined ? {} : { clock }) });
  return {
    baseUrl: 'http://localhost',
    token: simulation.secret,
    fetch: simulation.fetch,
    clock: clock ?? simulation.clock,
    simulated: true,
  };
}

const unavailable: readonly WindmillErrorCode[] = [
  'SERVER_UNREACHABLE',
  'BINARY_BUILD_FAILED',
  'BINARY_UNUSABLE',
  'DATABASE_START_FAILED',
  'SERVER_PORT_TAKEN',
  'DATABASE_UNREACHABLE',
  'MIGRATION_FAILED',
  'SERVER_DISK_FULL',
  'SERVER_START_FAILED',
];

/** Whether a start failed in a way in which the configured fallback is used. A wrong token or an open server is none. */
export function isUnavailable(error: unknown): boolean {
  return unavailable.some((code) => hasCode(error, code));
}
