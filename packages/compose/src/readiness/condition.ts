import type { ServiceState } from './service-state.js';

/** The condition of a stack that was ready. */
export type Condition =
  | { readonly kind: 'running' }
  /** All services have ended successfully: nothing is left to run. */
  | { readonly kind: 'over' }
  /** Services that should keep running have ended. */
  | { readonly kind: 'ended'; readonly states: readonly ServiceState[] }
  /** Containers that another program has removed. */
  | { readonly kind: 'removed'; readonly services: readonly string[]; readonly all: boolean };

/**
 * Derives the condition of a stack from the states of its services.
 * @param endedWell services that have ended successfully; their removal is not reported
 * @param restarting services that are being restarted intentionally
 */
export function conditionOf(
  states: readonly ServiceState[],
  endedWell: ReadonlySet<string>,
  restarting: ReadonlySet<string>,
): Condition {
  const isOver = ({ service, phase }: ServiceState) => phase === 'ended' || endedWell.has(service);
  const isGone = ({ phase, container }: ServiceState) => phase === 'waiting' && container === undefined;
  const missed = states.filter((state) => !isOver(state) && !restarting.has(state.service));
  const gone = missed.filter(isGone).map(({ service }) => service);
  if (gone.length > 0) {
    const all = states.every((state) => isGone(state) || isOver(state));
    return { kind: 'removed', services: gone, all };
  }
  const ended = missed.filter(({ phase, code }) => phase === 'failed' && code === 'SERVICE_ENDED');
  if (ended.length > 0) return { kind: 'ended', states: ended };
  return states.every(isOver) ? { kind: 'over' } : { kind: 'running' };
}
