import type { Api } from '../client/api.js';
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
  readonly observer: ExecutionObserver;
  /** Aborted when the engine stops. */
  readonly stopped: AbortSignal;
  /** @throws ENGINE_NOT_READY unless the engine is started */
  readonly checkReady: () => void;
}

/** The part of a call's options that passes a signal on. */
export function withSignal(
  context: EngineContext,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal } {
  return { signal: signal === undefined ? context.stopped : AbortSignal.any([signal, context.stopped]) };
}
