import { servicesThatIgnoreStop } from '../../engine/stop-signal.js';
import { Stopped } from '../../session/failures.js';
import type { LogFollower } from '../../following/logs.js';
import type { RunningStack } from '../../lifecycle/start.js';
import { waitUntilReady } from '../../readiness/wait.js';

/** What restarts share with whoever follows the stack. */
export interface FollowedServices {
  readonly logs: LogFollower;
  /** Services that are being restarted intentionally. */
  readonly restarting: Set<string>;
  /** Services that ended or were removed while the stack kept running. */
  readonly gone: Set<string>;
}

/** Starts and restarts single services of a running stack. */
export class ServiceRestarts {
  constructor(
    private readonly running: RunningStack,
    private readonly followed: FollowedServices,
  ) {}

  /** Restarts services that ended or were removed while the stack kept running. */
  async startGone(): Promise<void> {
    const { session, compose, signal } = this.running;
    const { engine, options } = session;
    const services = [...this.followed.gone].filter((name) => session.model.services?.[name] !== undefined);
    if (services.length === 0) return;
    const names = services.join(', ');
    session.print(`starting ${names} again`);
    this.followed.gone.clear();
    await this.quietly(services, async () => {
      // Until Compose is done, the ended containers still exist and would count as a failure.
      const { exitCode, stderr } = await compose.run(['up', '--detach', '--no-recreate', ...services], {
        signal,
      });
      if (signal.aborted) throw new Stopped();
      if (exitCode !== 0) throw await engine.failure(`failed to start ${names}`, stderr);
      const deadline = performance.now() + options.timeout * 1000;
      await waitUntilReady(session, { services, deadline, signal });
      session.print(`${names} ready`);
    });
  }

  /** Restarts services. A restarted container mounts the file that is now at the path. */
  async restart(
    services: readonly string[],
    concerned: readonly string[],
    what: string,
    begun: number,
  ): Promise<void> {
    const { session, compose, signal } = this.running;
    const { print, engine, options } = session;
    const names = concerned.join(', ');
    print(`${what}; restarting ${names}`);
    await this.killDeaf(concerned);
    // Compose restarts the dependents itself, in dependency order.
    const { exitCode, stderr } = await compose.onContainers(['restart', ...services]);
    if (signal.aborted) throw new Stopped();
    if (exitCode !== 0) throw await engine.failure(`failed to restart ${names}`, stderr);
    const deadline = performance.now() + options.timeout * 1000;
    await waitUntilReady(session, { services: concerned, deadline, signal });
    print(`${names} ready ${secondsSince(begun)} s after the change`);
  }

  /** Kills the services for which a grace period is only a delay, unless they have a hook that runs before. */
  private async killDeaf(services: readonly string[]): Promise<void> {
    const { session, compose } = this.running;
    const plain = services.filter((name) => (session.model.services?.[name]?.pre_stop ?? []).length === 0);
    const deaf = await servicesThatIgnoreStop(session.engine, session.projectName, plain);
    if (deaf.length > 0) await compose.onContainers(['kill', ...deaf]);
  }

  /** Acts on services while their end does not count as a failure. Pauses their logs meanwhile. */
  async quietly<Result>(services: readonly string[], act: () => Promise<Result>): Promise<Result> {
    const { restarting, logs } = this.followed;
    for (const service of services) restarting.add(service);
    try {
      await logs.pause();
      return await act();
    } finally {
      if (!this.running.signal.aborted) logs.resume();
      for (const service of services) restarting.delete(service);
    }
  }
}

/** Returns the seconds since a time of `performance.now()`, with one decimal. */
export function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}
