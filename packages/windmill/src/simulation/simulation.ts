import { setImmediate } from 'node:timers/promises';
import type { Fetch } from '../client/transport.js';
import type { Clock } from '../clock/clock.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { shortestToken } from '../config/config.js';
import { windmillError } from '../errors.js';
import { evaluate, evaluateSimple } from '../expressions/expressions.js';
import { type Call, createRouter, empty, problem, type Routes, text } from './http/router.js';
import { flowRoutes } from './routes/flows.js';
import { folderRoutes } from './routes/folders.js';
import { instanceRoutes, publicRoutes } from './routes/instance.js';
import { jobRoutes } from './routes/jobs.js';
import { runRoutes } from './routes/run.js';
import { scriptRoutes } from './routes/scripts.js';
import { userRoutes } from './routes/users.js';
import { variableRoutes } from './routes/variables.js';
import type { Runners } from './jobs/runners.js';
import { SimulatedServer } from './server/server.js';

export interface SimulationOptions extends Runners {
  /** Default: a virtual clock, on which nobody waits. */
  readonly clock?: Clock;
  /** Workspaces that exist from the start, beside `admins`. */
  readonly workspaces?: readonly string[];
  /** The secret of the superadmin, at least 10 bytes. */
  readonly secret?: string;
  /** Jobs that run at once; default: 4. */
  readonly workers?: number;
  /** Tags that the workers take; default: those of a worker of the group `default`. */
  readonly tags?: readonly string[];
  /** `simple` fails like a server that was built without a JavaScript engine; default: `all`. */
  readonly expressions?: 'all' | 'simple';
  /** Milliseconds until the dependencies of a new script are locked; default: 500. */
  readonly lockDelay?: number;
  /** Logs of lock jobs that fail, by the path of the script. */
  readonly lockErrors?: Readonly<Record<string, string>>;
  /**
   * Breaks the connection of a request: `before` the server has read it, or `after` it has acted, so that the client cannot
   * tell.
   */
  readonly cut?: (request: Request) => 'before' | 'after' | undefined;
}

/** A simulated Windmill server. */
export interface Simulation {
  /** Answers a request, as a server would. Pass it to `createEngine` as `fetch`. */
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly secret: string;
  /** The workers die; what they ran starts again after a minute. */
  crashWorkers(): void;
  /** Runs a job a second time, as Windmill may after a lost heartbeat. */
  deliverTwice(jobId: string): void;
}

/** Tags of a worker of the group `default`. */
const defaultTags: readonly string[] = [
  ...['ansible', 'bash', 'bun', 'csharp', 'deno', 'dependency', 'duckdb', 'flow', 'go', 'hub', 'java', 'nu'],
  ...['other', 'php', 'powershell', 'python3', 'ruby', 'rust'],
];
/** Languages whose jobs a default worker takes under their own name, too. */
const nativeTags = [
  'nativets',
  'bunnative',
  'postgresql',
  'mysql',
  'bigquery',
  'snowflake',
  'mssql',
  'graphql',
];

const version = 'CE v1.533.1';

/** Creates a simulated server with an empty state. */
export function createSimulation(options: SimulationOptions = {}): Simulation {
  const { clock = new VirtualClock(), secret = 'simulation-secret' } = options;
  if (Buffer.byteLength(secret) < shortestToken) {
    throw windmillError('CONFIG_INVALID', {
      what: 'the secret of the simulated Windmill server is too short',
      why: `it has ${Buffer.byteLength(secret)} bytes; a Windmill server closes the connection if the secret has fewer than ${shortestToken}`,
      remedy: `pass a \`secret\` of at least ${shortestToken} bytes to createSimulation`,
    });
  }
  const server = new SimulatedServer({
    clock,
    version,
    secrets: [secret],
    workspaces: options.workspaces ?? [],
    workers: options.workers ?? 4,
    tags: options.tags ?? [...defaultTags, ...nativeTags],
    runners: options,
    evaluate: options.expressions === 'simple' ? evaluateSimple : held(evaluate, clock),
    lockDelay: options.lockDelay ?? 500,
    lockErrors: options.lockErrors ?? {},
  });
  const answer = createHandler(server);
  return {
    clock,
    secret,
    crashWorkers: () => {
      server.queue.crash();
    },
    deliverTwice: (id) => {
      for (const { jobs } of server.workspaces.values()) {
        const job = jobs.get(id);
        if (job !== undefined) server.queue.duplicate(job);
      }
    },
    fetch: async (request) => {
      request.signal.throwIfAborted();
      // A loop of requests must leave the turn to what the requests wait for, as one over a network does.
      await setImmediate();
      const cut = options.cut?.(request);
      if (cut === 'before') throw broken();
      const response = await answer(request);
      if (cut === 'after') {
        await response.body?.cancel();
        throw broken();
      }
      return response;
    },
  };
}

function createHandler(server: SimulatedServer): Fetch {
  const open = createRouter(publicRoutes(server));
  const routes: Routes = {
    ...instanceRoutes(server),
    ...userRoutes(server),
    ...folderRoutes(server),
    ...variableRoutes(server),
    ...scriptRoutes(server),
    ...flowRoutes(server),
    ...runRoutes(server),
    ...jobRoutes(server),
  };
  const guarded = createRouter(routes);
  return async (request) => {
    const url = new URL(request.url);
    if (!url.pathname.startsWith('/api/')) return empty(404);
    const path = url.pathname.slice('/api'.length);
    const free = open(request.method, path);
    const route = free ?? guarded(request.method, path);
    if (route === undefined) return empty(404);
    const refused = free === undefined ? unauthorized(request, server) : undefined;
    if (refused !== undefined) return refused;
    const call: Call = {
      request,
      url,
      path: route.path,
      query: url.searchParams,
      body: await request.text(),
    };
    return route.handler(call);
  };
}

function unauthorized(request: Request, server: SimulatedServer): Response | undefined {
  const token = /^Bearer (.*)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined) return text('Unauthorized', 401);
  return server.tokens.has(token) ? undefined : problem(401, 'Not authorized: Unauthorized');
}

/** What fetch throws when a connection breaks. */
function broken(): TypeError {
  return new TypeError('fetch failed', { cause: new Error('other side closed') });
}

/** Loading the engine of expressions takes real time, in which virtual time has to stand still. */
function held(evaluator: typeof evaluate, clock: Clock): typeof evaluate {
  if (!(clock instanceof VirtualClock)) return evaluator;
  return (expression, scope) => clock.hold(evaluator(expression, scope));
}
