import { setTimeout as sleep } from 'node:timers/promises';
import { printError } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { projectLabel } from '../engine/containers.js';
import { type ContainerEvent, parseEvent } from '../engine/events.js';
import { type Condition, conditionOf } from '../readiness/condition.js';
import type { LogFollower } from './logs.js';
import type { RunningStack } from '../lifecycle/start.js';
import { Observer, serviceFailure, serviceRemoval } from '../readiness/wait.js';

/** After an event, the engine needs a moment to update the container's state. */
const settleMilliseconds = 300;
/**
 * How often the containers are checked without an event. An event may arrive before the engine reports the
 * new state.
 */
const lookMilliseconds = 5_000;

export interface FollowOptions {
  /** Services that are being restarted intentionally. */
  readonly restarting: ReadonlySet<string>;
  /**
   * Services that ended or were removed while the stack kept running. Restarted services are removed from
   * the set.
   */
  readonly gone: Set<string>;
  /**
   * True if the stack keeps running without a service that ended, because a later change may restart it.
   */
  readonly keepsRunning: boolean;
}

/**
 * Follows a running stack, and prints its logs if enabled, until a signal arrives or all services have
 * ended successfully.
 * @throws MillwrightError SERVICE_ENDED or SERVICE_REMOVED if a service that should keep running is gone,
 * ENGINE_LOST
 */
export async function follow(
  running: RunningStack,
  logs: LogFollower,
  following: FollowOptions = { restarting: new Set(), gone: new Set(), keepsRunning: false },
): Promise<void> {
  const { engine, projectName } = running.session;
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
  };
  running.signal.addEventListener('abort', stop, { once: true });
  const follower = new Follower(running, following);
  const filters = [`label=${projectLabel}=${projectName}`, 'type=container'];
  const events = engine.run(
    ['events', ...filters.flatMap((filter) => ['--filter', filter]), '--format', '{{json .}}'],
    {
      onStdout: (line) => {
        follower.report(parseEvent(line));
      },
      onStderr: () => undefined,
      signal: ended.signal,
    },
  );
  logs.resume();
  try {
    const isOver = await Promise.race([events.then(() => false), follower.untilOver(ended.signal)]);
    if (running.signal.aborted) return;
    const { stack, print } = running.session;
    if (isOver) {
      print(`all services of ${stack} have exited`);
      return;
    }
    throw composeError('ENGINE_LOST', {
      what: `${engine.name} stopped responding`,
      why: 'the engine no longer reports the state of the containers',
    });
  } finally {
    stop();
    await Promise.allSettled([events, logs.pause()]);
  }
}

/** Checks the containers whenever one of them changes. */
class Follower {
  private readonly observer: Observer;
  private readonly endedWell = new Set<string>();
  private readonly unhealthy = new Set<string>();
  private readonly exitCodes = new Map<string, string>();
  private wake: () => void = () => undefined;

  constructor(
    private readonly running: RunningStack,
    private readonly following: FollowOptions,
  ) {
    this.observer = new Observer(running.session);
  }

  report({ action, service, exitCode, oneOff, isHealthy }: ContainerEvent): void {
    if (oneOff) return;
    const { print } = this.running.session;
    if (action === 'unhealthy' && !this.unhealthy.has(service)) {
      this.unhealthy.add(service);
      print(`  ${service}  became unhealthy`);
    }
    if (isHealthy && this.unhealthy.delete(service)) print(`  ${service}  is healthy again`);
    if (action === 'die') this.exitCodes.set(service, exitCode ?? '?');
    if (action === 'die' || action === 'destroy') this.wake();
  }

  /** @returns true once all services have ended successfully, false after the signal */
  async untilOver(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const condition = await this.look();
      // A watched stack can be changed and run again.
      if (condition.kind === 'over' && !this.following.keepsRunning) return true;
      if (condition.kind === 'ended' || condition.kind === 'removed') await this.handleLoss(condition);
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([woken, sleep(lookMilliseconds, undefined, { signal }).catch(() => undefined)]);
      await sleep(settleMilliseconds);
    }
    return false;
  }

  private async look(): Promise<Condition> {
    const states = await this.observer.look();
    for (const { service, phase, container } of states) {
      if (phase === 'ended') this.endedWell.add(service);
      else if (container !== undefined) this.endedWell.delete(service);
      const exitCode = this.exitCodes.get(service);
      if (exitCode === undefined) continue;
      this.exitCodes.delete(service);
      if (container && container.restarts > 0 && phase !== 'failed')
        this.running.session.print(
          `  ${service}  ended with exit code ${exitCode}, restarted (${container.restarts})`,
        );
    }
    // Services already reported as gone must not hide others that end later.
    const { restarting, gone } = this.following;
    return conditionOf(states, this.endedWell, new Set([...restarting, ...gone]));
  }

  /** Throws the error, or prints it once if the stack keeps running. */
  private async handleLoss(condition: Extract<Condition, { kind: 'ended' | 'removed' }>): Promise<void> {
    const { session, signal } = this.running;
    const services =
      condition.kind === 'ended' ? condition.states.map(({ service }) => service) : condition.services;
    const { gone, keepsRunning } = this.following;
    if (signal.aborted) return;
    const isLast = condition.kind === 'removed' && condition.all;
    const [first] = condition.kind === 'ended' ? condition.states : [];
    const error = first
      ? await serviceFailure(session, first)
      : serviceRemoval(session.stack, services, isLast);
    if (!keepsRunning || isLast || error.code === 'ENGINE_LOST') throw error;
    for (const service of services) gone.add(service);
    printError(error);
    session.print(`${services.join(', ')} will be restarted on the next change`);
  }
}
