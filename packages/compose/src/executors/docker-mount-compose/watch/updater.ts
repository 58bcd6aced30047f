import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import { formatError } from '@millwright/toolkit';
import { servicesOf } from '../../../engine/model.js';
import { buildMounts } from '../build.js';
import { checkBindings } from '../check.js';
import { errorsIn, Stopped } from '../failures.js';
import type { LogFollower } from '../logs.js';
import { open, type OpenSession } from '../session.js';
import type { RunningStack } from '../start.js';
import { addressesOf, addressLines } from '../addresses.js';
import { waitUntilReady } from '../wait.js';
import { type Description, describeStack, mountedFiles, mountedPaths } from './described.js';
import { applyRenewal, prepareRenewal, runsTheSame } from './reconcile.js';
import { Stamps } from './stamps.js';

export interface UpdaterParts {
  readonly context: ExecutorContext;
  readonly logs: LogFollower;
  /** The services that are being restarted on purpose. */
  readonly restarting: Set<string>;
  /** What the files said when they were read for what runs. */
  readonly described: Description;
  /** Of the described files, since before they were read. */
  readonly files: Stamps;
  /** Of what is mounted, since before it was started. */
  readonly mounted: Stamps;
  /** Looks after other files than before. */
  readonly lookAfter: () => Promise<void>;
}

/** Brings a running stack up to date with its files, with the sources of what it mounts, and with what it mounts. */
export class Updater {
  /** Whether a source may have changed since the last build: also while the stack was built and started. */
  toBuild = true;
  private isFirst = true;
  private mountsChanged = false;
  /** Described files that were edited, and are not taken over yet. */
  private readonly edited = new Set<string>();
  /** Whether they may be taken over: not where reading them failed, until the next edit. */
  private toRead = false;
  /** Whether what is mounted stands in the files, and not in options above them. */
  private readonly mountsDescribed: boolean;

  constructor(
    private readonly running: RunningStack,
    private readonly parts: UpdaterParts,
  ) {
    this.mountsDescribed = isDeepStrictEqual(running.session.options.mounts, parts.described.mounts);
  }

  /** Answers all that changed since the last time. What fails is said; the next change may mend it. */
  async update(): Promise<void> {
    try {
      await this.answer();
    } catch (error) {
      if (error instanceof Stopped || this.running.signal.aborted) return;
      for (const one of errorsIn(error)) console.error(formatError(one));
    }
  }

  private async answer(): Promise<void> {
    const begun = performance.now();
    const { isFirst } = this;
    this.isFirst = false;
    const edited = this.parts.files.takeChanged();
    for (const path of edited) this.edited.add(path);
    this.toRead ||= edited.length > 0;
    const renewed = this.toRead ? await this.keeping(() => this.read()) : undefined;
    this.toRead = renewed !== undefined;
    // What an edit newly mounts has to be there first; else what takes no build does not wait for one.
    if (this.mountsChanged && !(await this.build(renewed ?? this.running.session, begun))) return;
    const started = renewed ? await this.takeOver(renewed, begun) : [];
    await this.restartChanged(started, undefined, begun);
    if (!this.toBuild || !(await this.build(this.running.session, begun))) return;
    const built = `built in ${secondsSince(begun)} s`;
    if ((await this.restartChanged([], built, begun)) || isFirst) return;
    this.running.session.say(`${built}; nothing that is mounted changed`);
  }

  /** What comes of reading the files or of checks; where that is refused says so, and returns undefined. */
  private async keeping<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Stopped || this.running.signal.aborted) throw new Stopped();
      for (const one of errorsIn(error)) console.error(formatError(one));
      const { stack, say } = this.running.session;
      say(`${stack} keeps what it has`);
      return undefined;
    }
  }

  /** The stack as its files have it now. */
  private async read(): Promise<OpenSession> {
    const { session, signal } = this.running;
    const described = describeStack(session);
    this.parts.files.follow(described.files);
    await this.parts.lookAfter();
    const mounts = this.mountsDescribed ? described.mounts : session.options.mounts;
    const opened = await open({ ...session, options: { ...session.options, mounts: [...mounts] } });
    if (signal.aborted) throw new Stopped();
    this.mountsChanged = !isDeepStrictEqual(mounts, session.options.mounts);
    return opened;
  }

  private async build(session: OpenSession, begun: number): Promise<boolean> {
    this.toBuild = false;
    this.mountsChanged = false;
    const { signal } = this.running;
    const exitCode = await buildMounts(session, this.parts.context, signal);
    if (signal.aborted) throw new Stopped();
    if (exitCode === 0) return true;
    session.say(`the build failed after ${secondsSince(begun)} s; the stack keeps what it has`);
    return false;
  }

  /** @returns the services that were started anew */
  private async takeOver(renewed: OpenSession, begun: number): Promise<readonly string[]> {
    const { running } = this;
    const { say, stack } = renewed;
    const files = this.namesOf(this.edited);
    if (runsTheSame(renewed, running.session)) {
      Object.assign(running, { session: renewed });
      this.takenOver();
      say(`${files} changed; that changes nothing that runs`);
      return [];
    }
    const renewal = await this.keeping(() => prepareRenewal(renewed, running));
    if (!renewal) return [];
    const known = new Set(addressLines(await addressesOf(running)));
    const both = [...servicesOf(running.session.model), ...servicesOf(renewed.model)].map(([name]) => name);
    say(`${files} changed; bringing ${stack} in line`);
    this.takenOver();
    const { renewed: started, removed } = await this.quietly(both, () => applyRenewal(running, renewal));
    for (const line of addressLines(await addressesOf(running))) if (!known.has(line)) say(line);
    const parts = [
      ...(started.length > 0
        ? [`${started.join(', ')} ready ${secondsSince(begun)} s after the change`]
        : []),
      ...(removed.length > 0 ? [`removed: ${removed.join(', ')}`] : []),
    ];
    say(parts.length > 0 ? parts.join('; ') : 'Compose finds nothing changed');
    return started;
  }

  private takenOver(): void {
    this.edited.clear();
    this.toRead = false;
  }

  /**
   * Restarts the services that mount what changed, those left out that were just started with it.
   * @param done what is said of built files that changed, in place of their names
   * @returns whether there were any
   */
  private async restartChanged(
    started: readonly string[],
    done: string | undefined,
    begun: number,
  ): Promise<boolean> {
    const { session } = this.running;
    const { mounted, lookAfter } = this.parts;
    const changed = new Set(mounted.takeChanged());
    mounted.follow(mountedPaths(session));
    await lookAfter();
    const { engine, facts, wholeModel: model, workspaceRoot, bindings, alternatives } = session;
    const affected = bindings.filter(({ source }) => changed.has(source));
    const plain = mountedFiles(session).filter(({ source }) => changed.has(source));
    const services = [...new Set([...affected, ...plain].map(({ service }) => service))].filter(
      (name) => session.model.services?.[name] !== undefined && !started.includes(name),
    );
    if (services.length === 0) return false;
    const subject = { engine, facts, workspaceRoot, model, bindings: affected, alternatives };
    const { refusals } = await checkBindings(subject);
    if (refusals.length > 0) throw new AggregateError(refusals);
    const what = affected.length > 0 && done !== undefined ? done : `${this.namesOf(changed)} changed`;
    await this.quietly(services, () => this.restart(services, what, begun));
    return true;
  }

  /** A restarted container mounts anew, and so gets the file that stands at the path now. */
  private async restart(services: readonly string[], what: string, begun: number): Promise<void> {
    const { session, compose, signal } = this.running;
    const { say, engine, options } = session;
    const names = services.join(', ');
    say(`${what}; restarting ${names}`);
    const { exitCode, stderr } = await compose.onContainers(['restart', '--no-deps', ...services]);
    if (signal.aborted) throw new Stopped();
    if (exitCode !== 0) throw await engine.failure(`${names} cannot be restarted`, stderr);
    const deadline = performance.now() + options.timeout * 1000;
    await waitUntilReady(session, { services, deadline, signal });
    say(`${names} ready ${secondsSince(begun)} s after the change`);
  }

  /** Does something to services whose end is then no failure; their logs pause for as long. */
  private async quietly<Result>(services: readonly string[], act: () => Promise<Result>): Promise<Result> {
    const { restarting, logs } = this.parts;
    for (const service of services) restarting.add(service);
    try {
      await logs.pause();
      return await act();
    } finally {
      if (!this.running.signal.aborted) logs.resume();
      for (const service of services) restarting.delete(service);
    }
  }

  private namesOf(paths: Iterable<string>): string {
    return [...paths].map((path) => relative(this.running.session.workspaceRoot, path)).join(', ');
  }
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}
