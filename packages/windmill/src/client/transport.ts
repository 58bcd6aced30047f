import type { Clock } from '../clock/clock.js';
import { windmillError } from '../errors.js';

/** A function that answers a request: the global `fetch`, or a simulation's handler. */
export type Fetch = (request: Request) => Promise<Response>;

export interface TransportOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly token: string;
  /** How often a request is repeated whose connection failed. */
  readonly retries: number;
  /** Ends all requests and the pauses between them. */
  readonly stopped: AbortSignal;
  /** A number from 0 to below 1, for the jitter of pauses. */
  readonly random?: () => number;
}

const firstPause = 100;
const longestPause = 5_000;

/** Answers of proxies in front of a server that is starting or overloaded. The server itself never sends them. */
const passing = new Set([429, 502, 503, 504]);

/**
 * Adds the token to requests, and repeats those that may be repeated: reads, and submits that carry their job id, which the
 * server accepts once.
 */
export function transport(options: TransportOptions): Fetch {
  const { fetch, clock, stopped, random = Math.random } = options;
  return async (request) => {
    // These may change while the engine runs.
    const { token, retries } = options;
    request.headers.set('authorization', `Bearer ${token}`);
    for (let attempt = 0; ; attempt++) {
      stopped.throwIfAborted();
      const mayRepeat = attempt < retries && isRepeatable(request);
      try {
        // Sending a request uses up its body.
        const response = await fetch(mayRepeat && request.body !== null ? request.clone() : request);
        if (!mayRepeat || !passing.has(response.status)) return response;
        await response.body?.cancel();
      } catch (error) {
        stopped.throwIfAborted();
        if (request.signal.aborted) throw error;
        if (!mayRepeat) throw unreachable(request, error, attempt);
      }
      await clock.sleep(pauseBefore(attempt, random()), AbortSignal.any([request.signal, stopped]));
    }
  };
}

/** The pause in milliseconds before an attempt: it doubles, and between half and all of it is waited. */
export function pauseBefore(attempt: number, random: number): number {
  const full = Math.min(longestPause, firstPause * 2 ** attempt);
  return (full * (1 + random)) / 2;
}

function isRepeatable(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url);
  return request.method === 'GET' || searchParams.has('job_id') || pathname.includes('/jobs_u/queue/');
}

function unreachable(request: Request, cause: unknown, attempts: number): Error {
  const { origin } = new URL(request.url);
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return windmillError('SERVER_UNREACHABLE', {
    what: `the Windmill server at ${origin} did not answer`,
    why: `${inner instanceof Error ? inner.message : String(inner)} (attempts: ${attempts + 1})`,
    cause,
  });
}
