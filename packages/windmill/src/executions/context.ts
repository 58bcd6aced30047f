import type { Api } from '../client/api.js';
import type { Checker } from '../checks/types.js';
import type { Clock } from '../clock/clock.js';
import type { ExecutionObserver } from '../observability/observer.js';

/** What the parts of an engine share. Numbers come from its configuration, and may change while it runs. */
export interface EngineContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly workspace: string;
  readonly simulated: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly retries: number;
  readonly maxConcurrent: number;
  /** Bytes. */
  readonly maxScriptSize: number;
  /** Checkers of the program by Windmill's name of the language. */
  readonly checkers: Readonly<Record<string, Checker>>;
  readonly observer: ExecutionObserver;
  /** Aborted when the engine stops. */
  readonly stopped: AbortSignal;
  /** @throws ENGINE_NOT_READY unless the engine is started */
  readonly checkReady: () => void;
}

/**
 * The part of a call's options that passes the caller's signal on. Requests end with the engine anyway: the transport sees to
 * it, because a signal on every request would cost more memory than the rest of the call.
 */
export function withSignal(
  context: EngineContext,
  signal: AbortSignal | undefined,
): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal: untilStopped(context, signal) };
}

/**
 * A signal that ends a wait or a stream: the caller's, or that of the engine. It is new for each call, since listeners on one that
 * lasts as long as the engine would pile up, and each use walks through all of them.
 */
export function untilStopped(
  { stopped }: Pick<EngineContext, 'stopped'>,
  signal: AbortSignal | undefined,
): AbortSignal {
  return AbortSignal.any(signal === undefined ? [stopped] : [signal, stopped]);
}
