import { setTimeout as sleep } from 'node:timers/promises';
import { type MillwrightError, type RunResult } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { type Container, identityOf, stackContainers } from '../engine/containers.js';
import { servicesOf } from '../compose-cli/model.js';
import { conditionOf } from './condition.js';
import { Stopped } from '../session/failures.js';
import type { OpenSession } from '../session/session.js';
import { type ServiceState, stateOf } from './service-state.js';

const pollMilliseconds = 200;
/** How many of the last lines of a failing service are shown. */
const shownLines = 20;

export interface WaitRequest {
  /** The running `docker compose up`, if it has not ended. */
  readonly starting?: Promise<RunResult>;
  /** The services to wait for (default: all). */
  readonly services?: readonly string[];
  /** Containers that were already running (see identityOf). They are neither awaited nor reported. */
  readonly unchanged?: ReadonlySet<string>;
  /** In terms of `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until each service is healthy, running, or has ended successfully, and prints their progress.
 * @throws MillwrightError SERVICE_UNHEALTHY, SERVICE_ENDED, SERVICE_REMOVED, STACK_TIMEOUT, STACK_FAILED,
 * ENGINE_LOST
 */
export async function waitUntilReady(session: OpenSession, request: WaitRequest): Promise<void> {
  const { print, options } = session;
  const progress = new Map<string, string>();
  const endedWell = new Set<string>();
  const observer = new Observer(session);
  const width = Math.max(...servicesOf(session.model).map(([name]) => name.length), 0);
  let started: RunResult | undefined = request.starting ? undefined : successful;
  // A failed start is reported below, after the containers were checked.
  void request.starting?.then((result) => (started = result)).catch(() => undefined);
  const begun = performance.now();
  for (;;) {
    const finished = started;
    const states = (await observer.look()).filter(
      ({ service, container }) =>
        (request.services?.includes(service) ?? true) &&
        !(container && request.unchanged?.has(identityOf(container))),
    );
    if (request.signal.aborted) throw new Stopped();
    for (const { service, phase, detail } of states) {
      const text =
        phase === 'ready' || phase === 'ended' || detail === '' ? detail || phase : `${phase}: ${detail}`;
      if (progress.get(service) === text || phase === 'waiting') continue;
      progress.set(service, text);
      print(`  ${service.padEnd(width)}  ${text} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    }
    const failed = states.find(({ phase }) => phase === 'failed');
    if (failed) throw await serviceFailure(session, failed);
    if (finished && finished.exitCode !== 0) throw await startFailure(session, finished);
    for (const { service, phase } of states) if (phase === 'ended') endedWell.add(service);
    // All containers that Compose started exist, unless another program has removed them.
    const condition = finished ? conditionOf(states, endedWell, new Set()) : undefined;
    if (condition?.kind === 'removed') throw serviceRemoval(session.stack, condition.services, condition.all);
    if (finished && states.every(({ phase }) => phase === 'ready' || phase === 'ended')) return;
    if (performance.now() > request.deadline) throw await timeout(session, states, options.timeout);
    await sleep(pollMilliseconds);
  }
}

const successful: RunResult = {
  exitCode: 0,
  signal: undefined,
  timedOut: false,
  stdout: '',
  stderr: '',
  milliseconds: 0,
};

/** Observes the services repeatedly, and tracks how long their containers have been running. */
export class Observer {
  private readonly runningSince = new Map<string, number>();

  constructor(private readonly session: OpenSession) {}

  /** @throws MillwrightError ENGINE_LOST, STACK_FAILED */
  async look(): Promise<ServiceState[]> {
    const { engine, projectName, model } = this.session;
    const containers = await stackContainers(engine, projectName);
    return servicesOf(model).map(([name, service]) => {
      const own = containers.filter((container) => container.service === name);
      return stateOf(name, service, own, (container) => this.runningFor(container));
    });
  }

  private runningFor(container: Container): number {
    const key = identityOf(container);
    const since = this.runningSince.get(key) ?? performance.now();
    this.runningSince.set(key, since);
    return performance.now() - since;
  }
}

/** Prints the last lines of a failed service, and returns its error. */
export async function serviceFailure(session: OpenSession, state: ServiceState): Promise<MillwrightError> {
  const { engine, print, redactor } = session;
  if (state.container) await showLastLines(session, state);
  const dead = !(await engine.answers());
  if (dead)
    return composeError('ENGINE_LOST', {
      what: `${engine.name} stopped responding`,
      why: state.detail,
    });
  print('');
  return composeError(state.code ?? 'SERVICE_ENDED', {
    what: `the service ${state.service} ${failureOf(state)}`,
    why: redactor.clean(state.detail),
  });
}

/** Returns the error for services whose containers another program has removed. */
export function serviceRemoval(stack: string, services: readonly string[], all: boolean): MillwrightError {
  const were = services.length === 1 ? 'was' : 'were';
  return composeError('SERVICE_REMOVED', {
    what: all
      ? `the containers of ${stack} were removed`
      : `${services.length === 1 ? 'the service' : 'the services'} ${services.join(', ')} of ${stack} ${were} removed`,
    why: 'another program, such as docker rm or docker compose down, removed the containers',
  });
}

function failureOf({ code, container }: ServiceState): string {
  if (code === 'SERVICE_UNHEALTHY') return 'is unhealthy';
  return container?.status === 'created' ? 'cannot be started' : 'has exited';
}

export async function showLastLines(
  { engine, print }: OpenSession,
  { service, container }: ServiceState,
): Promise<void> {
  if (!container) return;
  const lines: string[] = [];
  // One list, to keep the order of lines across both streams.
  await engine.run(['logs', '--tail', String(shownLines), container.id], {
    onStdout: (line) => lines.push(line),
    onStderr: (line) => lines.push(line),
  });
  print(`\nlast lines of ${service} (${container.name}):`);
  for (const line of lines.length === 0 ? ['(it printed nothing)'] : lines) print(`  ${line}`);
}

async function startFailure(
  { engine, stack, redactor }: OpenSession,
  { stderr }: RunResult,
): Promise<MillwrightError> {
  const reason = redactor
    .clean(stderr)
    .split('\n')
    .filter((line) => !/^\s*(Container|Network|Volume) /.test(line) && !line.startsWith('time='))
    .join('\n');
  return engine.failure(`failed to start ${stack}`, reason);
}

async function timeout(
  session: OpenSession,
  states: readonly ServiceState[],
  seconds: number,
): Promise<MillwrightError> {
  const late = states.filter(({ phase }) => phase !== 'ready' && phase !== 'ended');
  for (const state of late) await showLastLines(session, state);
  session.print('');
  return composeError('STACK_TIMEOUT', {
    what: `the stack ${session.stack} was not ready within ${seconds} seconds`,
    why: session.redactor.clean(
      late.map(({ service, phase, detail }) => `${service}: ${detail === '' ? phase : detail}`).join('; '),
    ),
  });
}
