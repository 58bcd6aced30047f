import type { ComposeErrorCode } from '../errors.js';
import type { Container } from '../engine/containers.js';
import { hasHealthCheck, replicasOf, type ServiceModel } from '../compose-cli/model.js';

/** `ended` is the successful end of a one-shot service. */
export type Phase = 'waiting' | 'starting' | 'ready' | 'ended' | 'failed';

export interface ServiceState {
  readonly service: string;
  readonly phase: Phase;
  /** Details for the user, in addition to the phase. */
  readonly detail: string;
  /** The container that determined the phase, if any. */
  readonly container: Container | undefined;
  /** Set if the phase is `failed`. */
  readonly code?: ComposeErrorCode;
}

/** A service without a health check is ready after running for this time, in milliseconds. */
const settlingTime = 1_000;

const order: readonly Phase[] = ['failed', 'waiting', 'starting', 'ready', 'ended'];

/**
 * Returns the state of a service, which is the worst state of its containers.
 * @param runningFor returns how long a container has been seen running, in milliseconds
 */
export function stateOf(
  name: string,
  service: ServiceModel,
  containers: readonly Container[],
  runningFor: (container: Container) => number,
): ServiceState {
  const replicas = replicasOf(service);
  const states = containers.map((container) =>
    containerState(name, service, container, runningFor(container)),
  );
  const [worst] = states.sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase));
  if (worst?.phase === 'failed') return worst;
  if (containers.length < replicas || !worst) {
    if (replicas === 0) return { service: name, phase: 'ended', detail: 'scaled to 0', container: undefined };
    return { service: name, phase: 'waiting', detail: '', container: undefined };
  }
  return worst;
}

function containerState(
  name: string,
  service: ServiceModel,
  container: Container,
  runningFor: number,
): ServiceState {
  const state = (phase: Phase, detail: string, code?: ComposeErrorCode): ServiceState => ({
    service: name,
    phase,
    detail,
    container,
    ...(code === undefined ? {} : { code }),
  });
  const { status, exitCode, health, error, restarts } = container;
  switch (status) {
    case 'created':
      return error === '' ? state('waiting', '') : state('failed', error, 'SERVICE_ENDED');
    case 'exited':
    case 'dead':
      if (exitCode === 0 && isOneShot(service)) return state('ended', 'exit code 0');
      return state('failed', endOf(container), 'SERVICE_ENDED');
    case 'restarting':
      return state('starting', `${endOf(container)}, restarted ${restarts} times`);
    case 'running':
      if (health === 'unhealthy') return state('failed', healthDetail(container), 'SERVICE_UNHEALTHY');
      if (health === 'healthy') return state('ready', 'healthy');
      if (hasHealthCheck(service) || health === 'starting') return state('starting', 'not healthy yet');
      return runningFor >= settlingTime ? state('ready', 'running') : state('starting', 'running');
    default:
      return state('starting', status);
  }
}

/**
 * Returns true if a service may end by itself: it serves nothing (no published port, no health check), and
 * Compose is not configured to restart it.
 */
export function isOneShot(service: ServiceModel): boolean {
  const keptUp = service.restart === 'always' || service.restart === 'unless-stopped';
  return !keptUp && !hasHealthCheck(service) && (service.ports ?? []).length === 0;
}

/** Describes how a container ended. */
export function endOf({ exitCode, outOfMemory, error }: Container): string {
  const signal = exitCode > 128 && exitCode < 160 ? ` (signal ${exitCode - 128})` : '';
  const hints: Readonly<Record<number, string>> = {
    126: ': the program cannot be executed',
    127: ': the program was not found',
  };
  const reason = outOfMemory
    ? ': it ran out of memory'
    : error === ''
      ? (hints[exitCode] ?? '')
      : `: ${error}`;
  return `exit code ${exitCode}${signal}${reason}`;
}

function healthDetail({ healthOutput }: Container): string {
  const last = healthOutput.split('\n').at(-1) ?? '';
  return last === '' ? 'unhealthy; the health check printed nothing' : `unhealthy: ${last}`;
}
