import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import { MillwrightError, printError } from '@millwright/toolkit';
import { servicesOf } from '../../compose-cli/model.js';
import { buildMounts } from '../../lifecycle/build.js';
import { checkBindings } from '../../mount-check/check.js';
import { errorsIn, Stopped } from '../../session/failures.js';
import { open, type OpenSession } from '../../session/session.js';
import type { RunningStack } from '../../lifecycle/start.js';
import { addressesOf, addressLines } from '../../following/addresses.js';
import { type FollowedServices, secondsSince, ServiceRestarts } from './service-restarts.js';
import { withDependents } from './dependents.js';
import { type StackFiles, readStackFiles, mountedFiles, mountedPaths } from './stack-files.js';
import { applyRenewal, prepareRenewal, isEquivalent } from './reconcile.js';
import type { SourceChanges } from './sources.js';
import { Stamps } from './stamps.js';

export interface UpdaterParts extends FollowedServices {
  readonly context: ExecutorContext;
  /** The definition of the running stack, as last read. */
  readonly stackFiles: StackFiles;
  /** Stamps of the files in `stackFiles`, taken before they were read. */
  readonly files: Stamps;
  /** Stamps of the mounted files, taken before the stack started. */
  readonly mounted: Stamps;
  /** Changes in the sources of the mounts. */
  readonly changes: SourceChanges;
  /** Updates the list of watched folders. */
  readonly watchFolders: () => Promise<void>;
}

/**
 * Updates a running stack after changes to its files, to the sources of its mounts, and to the mounted
 * files.
 */
export class Updater {
  /**
   * True if a source may have changed since the last build, including changes while the stack was built and
   * started.
   */
  private toBuild = true;
  private isFirst = true;
  private mountsChanged = false;
  /** Edited files of the stack that have not been applied yet. */
  private readonly edited = new Set<string>();
  /** True if the edits should be read. False after a failed read, until the next edit. */
  private toRead = false;
  /** Changed mounted files for which no service was restarted yet, because their check failed. */
  private readonly refused = new Set<string>();
  /** True if the mounts are defined in the Compose files and not in the target's options. */
  private readonly mountsAreFromFiles: boolean;
  private readonly restarts: ServiceRestarts;

  constructor(
    private readonly running: RunningStack,
    private readonly parts: UpdaterParts,
  ) {
    this.restarts = new ServiceRestarts(running, parts);
    this.mountsAreFromFiles = isDeepStrictEqual(running.session.options.mounts, parts.stackFiles.mounts);
  }

  /**
   * Handles all changes since the last call. Prints an error instead of throwing: the next change may fix
   * it.
   */
  async update(): Promise<void> {
    try {
      await this.handleChanges();
    } catch (error) {
      if (error instanceof Stopped || this.running.signal.aborted) return;
      printError(error);
    }
  }

  private async handleChanges(): Promise<void> {
    await this.applyChanges();
    await this.restarts.startGone();
  }

  private async applyChanges(): Promise<void> {
    const begun = performance.now();
    const { isFirst } = this;
    this.isFirst = false;
    if (await this.parts.changes.takeHasChanged()) this.toBuild = true;
    const edited = this.parts.files.takeChangedFiles();
    for (const path of edited) this.edited.add(path);
    this.toRead ||= edited.length > 0;
    const renewed = this.toRead ? await this.reportingErrors(() => this.read()) : undefined;
    this.toRead = renewed !== undefined;
    // A new mount must be built before the edit is applied. Otherwise, an edit that needs no build does not
    // wait for one.
    if (this.mountsChanged && !(await this.build(renewed ?? this.running.session, begun))) return;
    const started = renewed ? await this.applyRenewed(renewed, begun) : [];
    await this.restartChanged(started, undefined, begun);
    if (!this.toBuild || !(await this.build(this.running.session, begun))) return;
    const finish = () => this.restartChanged([], `built in ${secondsSince(begun)} s`, begun);
    let isRestarted: boolean;
    try {
      isRestarted = await finish();
    } catch (error) {
      if (!isStale(error)) throw error;
      // The hash of a new build includes the edit.
      this.running.session.print('a source was edited during the build; building again');
      if (!(await this.build(this.running.session, begun))) return;
      isRestarted = await finish();
    }
    if (isRestarted || isFirst) return;
    this.running.session.print(`built in ${secondsSince(begun)} s; the mounted files did not change`);
  }

  /**
   * Runs the attempt. On failure, prints the errors, says that the stack is unchanged, and returns
   * undefined.
   */
  private async reportingErrors<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Stopped || this.running.signal.aborted) throw new Stopped();
      printError(error);
      const { stack, print } = this.running.session;
      print(`${stack} keeps running unchanged`);
      return undefined;
    }
  }

  /** Reads the stack from its current files. */
  private async read(): Promise<OpenSession> {
    const { session, signal } = this.running;
    const stackFiles = readStackFiles(session);
    this.parts.files.follow(stackFiles.files);
    await this.parts.watchFolders();
    const mounts = this.mountsAreFromFiles ? stackFiles.mounts : session.options.mounts;
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
    session.print(`the build failed after ${secondsSince(begun)} s; the stack keeps running unchanged`);
    return false;
  }

  /** @returns the services that were restarted */
  private async applyRenewed(renewed: OpenSession, begun: number): Promise<readonly string[]> {
    const { running } = this;
    const { print, stack } = renewed;
    const files = this.namesOf(this.edited);
    if (isEquivalent(renewed, running.session)) {
      Object.assign(running, { session: renewed });
      this.takenOver();
      print(`${files} changed; no service is affected`);
      return [];
    }
    const renewal = await this.reportingErrors(() => prepareRenewal(renewed, running));
    if (!renewal) return [];
    const known = new Set(addressLines(await addressesOf(running)));
    const both = [...servicesOf(running.session.model), ...servicesOf(renewed.model)].map(([name]) => name);
    print(`${files} changed; updating ${stack}`);
    this.takenOver();
    const { renewed: started, removed } = await this.restarts.quietly(both, () =>
      applyRenewal(running, renewal),
    );
    for (const line of addressLines(await addressesOf(running))) if (!known.has(line)) print(line);
    const parts = [
      ...(started.length > 0
        ? [`${started.join(', ')} ready ${secondsSince(begun)} s after the change`]
        : []),
      ...(removed.length > 0 ? [`removed: ${removed.join(', ')}`] : []),
    ];
    print(parts.length > 0 ? parts.join('; ') : 'Compose found no changes');
    return started;
  }

  private takenOver(): void {
    this.edited.clear();
    this.toRead = false;
  }

  /**
   * Restarts the services that mount changed files, except those that were just started.
   * @param done text to print for changed binaries instead of their paths
   * @returns true if any service was restarted
   */
  private async restartChanged(
    started: readonly string[],
    done: string | undefined,
    begun: number,
  ): Promise<boolean> {
    const { session } = this.running;
    const { mounted, watchFolders } = this.parts;
    const paths = mountedPaths(session);
    const changed = new Set(
      [...this.refused, ...mounted.takeChangedFiles()].filter((path) => paths.has(path)),
    );
    mounted.follow(paths);
    await watchFolders();
    const { engine, facts, wholeModel: model, workspaceRoot, bindings, alternatives, compose } = session;
    const affected = bindings.filter(({ source }) => changed.has(source));
    const plain = mountedFiles(session).filter(({ source }) => changed.has(source));
    const services = [...new Set([...affected, ...plain].map(({ service }) => service))].filter(
      (name) => session.model.services?.[name] !== undefined && !started.includes(name),
    );
    if (services.length === 0) return false;
    const { files } = compose.subject;
    const subject = { engine, facts, workspaceRoot, model, bindings: affected, alternatives, files };
    for (const path of changed) this.refused.add(path);
    const { refusals } = await checkBindings(subject);
    if (refusals.length > 0) {
      // A pending build may replace the rejected file, and the check runs again after it.
      if (this.toBuild) return false;
      throw new AggregateError(refusals);
    }
    this.refused.clear();
    const there = services.filter((name) => !this.parts.gone.has(name));
    if (there.length === 0) return false;
    const what = affected.length > 0 && done !== undefined ? done : `${this.namesOf(changed)} changed`;
    const concerned = withDependents(session.model, there);
    await this.restarts.quietly(concerned, () => this.restarts.restart(there, concerned, what, begun));
    return true;
  }

  private namesOf(paths: Iterable<string>): string {
    return [...paths].map((path) => relative(this.running.session.workspaceRoot, path)).join(', ');
  }
}

/** Returns true if every error says that an input was edited during the build. */
function isStale(error: unknown): boolean {
  return errorsIn(error).every((one) => one instanceof MillwrightError && one.code === 'CACHE_ENTRY_STALE');
}
