import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MillwrightError, nxRun, observeProcesses } from '@millwright/toolkit';
import { isRunning, type ProcessIdentity, type Reaper, startReaper } from '@millwright/toolkit/reaper';
import { composeError } from '../errors.js';
import { withoutFiles } from '../compose-cli/compose.js';
import type { Engine, EngineName } from '../engine/engine.js';
import { endRequestFile } from './claim.js';
import { inspectionLabel } from '../engine/image.js';
import { RunFile, type RunRecord, stackOf } from './run-record.js';

const pollMilliseconds = 50;
/** With two, one survives if the other is killed together with this process. */
const reaperCount = 2;
/** How often a run checks that its reapers are alive, and whether it should end. */
const lookMilliseconds = 300;
/** How often reapers that are killed while they take a stack down are replaced. */
const takeDownAttempts = 5;

/** The parameters of a reaper process. */
export interface ReaperConfig {
  readonly engine: EngineName;
  readonly projectName: string;
  /** The Nx project's name. */
  readonly stack: string;
  /** The command that takes the stack down. */
  readonly downCommand: string;
  readonly volumes: boolean;
  readonly runFile: string;
  readonly inspectionLabel: string;
  readonly owner: ProcessIdentity;
  readonly nx: ProcessIdentity | undefined;
  /** The reapers that were already running. This one acts only once they are gone. */
  readonly earlier: readonly ProcessIdentity[];
}

export interface GuardRequest {
  readonly engine: Engine;
  readonly projectName: string;
  readonly volumes: boolean;
  /** The record of the run that this process has claimed. */
  readonly record: RunRecord;
  readonly runFile: string;
  /** Called when another process requests the end of the run. */
  readonly onEndRequest: () => void;
}

/**
 * Runs reapers (reaper.ts) beside this process. They take the stack down on request, or when this process
 * or the Nx process is gone. A killed reaper is replaced.
 */
export class Guard {
  private reapers: readonly Reaper[] = [];
  private armed = false;
  private readonly groups = new Set<number>();
  private readonly file: RunFile;
  private readonly stopObserving: () => void;
  private timer: NodeJS.Timeout | undefined;
  private replacing: Promise<void> | undefined;

  private constructor(private readonly request: GuardRequest) {
    this.file = new RunFile(request.runFile);
    this.stopObserving = observeProcesses({
      started: (pid) => {
        this.groups.add(pid);
        this.tell(`started ${pid}`);
      },
      ended: (pid) => {
        this.groups.delete(pid);
        this.tell(`ended ${pid}`);
      },
    });
  }

  /** @throws MillwrightError REAPER_FAILED */
  static async start(request: GuardRequest): Promise<Guard> {
    const guard = new Guard(request);
    rmSync(endRequestFile(request.runFile), { force: true });
    await guard.spawn();
    // The second reaper starts while the run goes on.
    guard.replace();
    guard.timer = setInterval(() => {
      guard.look();
    }, lookMilliseconds);
    guard.timer.unref();
    return guard;
  }

  /** Tells the reapers that there may be containers to take down from now on. */
  arm(): void {
    this.armed = true;
    this.tell('arm');
  }

  /** Lets the reapers take the stack down, without waiting for them. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    this.stopObserving();
    await this.replacing;
    for (const { pipe } of this.reapers) pipe.end();
  }

  /**
   * Takes the stack down, and waits until it is down.
   * @throws MillwrightError REAPER_FAILED
   */
  async takeDown(): Promise<void> {
    await this.leave();
    for (let attempt = 1; ; attempt++) {
      while (this.alive().length > 0) await sleep(pollMilliseconds);
      // A reaper releases the record when it is done.
      if (!this.file.isOwnedBy(this.request.record)) return;
      if (attempt === takeDownAttempts) throw reaperFailed('it was killed repeatedly');
      await this.spawn();
      for (const { pipe } of this.reapers) pipe.end();
    }
  }

  private look(): void {
    if (existsSync(endRequestFile(this.request.runFile))) this.request.onEndRequest();
    this.replace();
  }

  /** Starts missing reapers. A failure is retried at the next check. */
  private replace(): void {
    this.replacing ??= this.spawnMissing()
      .catch(() => undefined)
      .finally(() => (this.replacing = undefined));
  }

  private async spawnMissing(): Promise<void> {
    while (this.alive().length < reaperCount) await this.spawn();
  }

  private alive(): readonly Reaper[] {
    return this.reapers.filter(({ process }) => isRunning(process));
  }

  private async spawn(): Promise<void> {
    const { engine, projectName, volumes, runFile, record } = this.request;
    this.reapers = this.alive();
    const earlier = this.reapers.map(({ process }) => process);
    const orders: ReaperConfig = {
      ...{ engine: engine.name, projectName, volumes, runFile, earlier },
      ...{ stack: stackOf(record), downCommand: nxRun(`${stackOf(record)}:down`) },
      ...{ owner: record.owner, nx: record.nx, inspectionLabel: inspectionLabel(record.owner) },
    };
    const reaper = await startReaper(join(import.meta.dirname, 'reaper.js'), orders, {
      ...engine.environment,
      ...withoutFiles,
    }).catch((error: unknown) => {
      throw reaperFailed(error instanceof Error ? error.message : String(error));
    });
    this.reapers = [...this.reapers, reaper];
    this.file.update({ ...record, reapers: this.reapers.map(({ process }) => process) });
    if (this.armed) reaper.pipe.write('arm\n');
    for (const group of this.groups) reaper.pipe.write(`started ${group}\n`);
  }

  private tell(line: string): void {
    for (const { pipe } of this.reapers) pipe.write(`${line}\n`);
  }
}

function reaperFailed(why: string): MillwrightError {
  return composeError('REAPER_FAILED', { what: 'the cleanup process of the stack failed', why });
}
