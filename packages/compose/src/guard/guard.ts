import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MillwrightError, observeProcesses } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { withoutFiles } from '../compose-cli/compose.js';
import type { Engine, EngineName } from '../engine/engine.js';
import { endRequestFile } from './claim.js';
import { inspectionLabel } from '../engine/image.js';
import { identify, isRunning, type ProcessIdentity } from '../system/processes.js';
import { RunFile, type RunRecord } from './run-record.js';

const pollMilliseconds = 50;
/** So that one is left where the other one is killed together with this process. */
const reaperCount = 2;
/** How often a run looks whether its reapers are alive, and whether it is asked to end. */
const lookMilliseconds = 300;
/** How often reapers that are killed while they take a stack down are replaced. */
const takeDownAttempts = 5;

/** What a reaper is told when it starts. */
export interface ReaperOrders {
  readonly engine: EngineName;
  readonly projectName: string;
  readonly volumes: boolean;
  readonly runFile: string;
  readonly inspectionLabel: string;
  readonly owner: ProcessIdentity;
  readonly nx: ProcessIdentity | undefined;
  /** The reapers that were there before: this one does their work only once they are gone. */
  readonly earlier: readonly ProcessIdentity[];
}

interface Reaper {
  readonly process: ProcessIdentity;
  /** Its other end closes with this process. */
  readonly pipe: Writable;
}

export interface GuardRequest {
  readonly engine: Engine;
  readonly projectName: string;
  readonly volumes: boolean;
  /** The record of the run, which this process has claimed. */
  readonly record: RunRecord;
  readonly runFile: string;
  /** Called where another process asks for the end of the run. */
  readonly onEndRequest: () => void;
}

/**
 * Keeps reapers (reaper.ts) beside this process, which take the stack down when told to, or when this process or
 * the Nx process is gone. A reaper that is killed is replaced.
 */
export class Guard {
  private reapers: readonly Reaper[] = [];
  private armed = false;
  private readonly groups = new Set<number>();
  private readonly file: RunFile;
  private readonly forgetProcesses: () => void;
  private looking: NodeJS.Timeout | undefined;
  private replacing: Promise<void> | undefined;

  private constructor(private readonly request: GuardRequest) {
    this.file = new RunFile(request.runFile);
    this.forgetProcesses = observeProcesses({
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
    // The others come while the run goes on.
    guard.replace();
    guard.looking = setInterval(() => {
      guard.look();
    }, lookMilliseconds);
    guard.looking.unref();
    return guard;
  }

  /** From now on there may be containers to take down. */
  arm(): void {
    this.armed = true;
    this.tell('arm');
  }

  /** Leaves it to the reapers to take the stack down, without waiting for that. */
  async leave(): Promise<void> {
    clearInterval(this.looking);
    this.forgetProcesses();
    await this.replacing;
    for (const { pipe } of this.reapers) pipe.end();
  }

  /**
   * Takes the stack down, and returns when that is done.
   * @throws MillwrightError REAPER_FAILED
   */
  async takeDown(): Promise<void> {
    await this.leave();
    for (let attempt = 1; ; attempt++) {
      while (this.alive().length > 0) await sleep(pollMilliseconds);
      // A reaper that has done its work has released the record.
      if (!this.file.isOf(this.request.record)) return;
      if (attempt === takeDownAttempts) throw reaperFailed('it was ended again and again');
      await this.spawn();
      for (const { pipe } of this.reapers) pipe.end();
    }
  }

  private look(): void {
    if (existsSync(endRequestFile(this.request.runFile))) this.request.onEndRequest();
    this.replace();
  }

  /** Starts the reapers that are missing; what fails is tried again at the next look. */
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
    const orders: ReaperOrders = {
      ...{ engine: engine.name, projectName, volumes, runFile, earlier },
      ...{ owner: record.owner, nx: record.nx, inspectionLabel: inspectionLabel(record.owner) },
    };
    const script = join(import.meta.dirname, 'reaper.js');
    const starter = spawn(process.execPath, [script, JSON.stringify(orders)], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
      env: { ...engine.environment, ...withoutFiles },
    });
    const pipe = starter.stdio[3] as Writable;
    // Writing to a reaper that is gone fails; it is replaced.
    pipe.on('error', () => undefined);
    const pid = await new Promise<number>((resolve, reject) => {
      let text = '';
      starter.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      starter.once('error', reject);
      // Not the end of the process: its reaper keeps the pipe.
      starter.stdout?.once('close', () => {
        resolve(Number(text));
      });
    }).catch((error: unknown) => {
      throw reaperFailed(error instanceof Error ? error.message : String(error));
    });
    starter.unref();
    const reaper = pid > 0 ? identify(pid) : undefined;
    if (!reaper) throw reaperFailed('it ended at once');
    this.reapers = [...this.reapers, { process: reaper, pipe }];
    this.file.update({ ...record, reapers: this.reapers.map(({ process }) => process) });
    if (this.armed) pipe.write('arm\n');
    for (const group of this.groups) pipe.write(`started ${group}\n`);
  }

  private tell(line: string): void {
    for (const { pipe } of this.reapers) pipe.write(`${line}\n`);
  }
}

function reaperFailed(why: string): MillwrightError {
  return composeError('REAPER_FAILED', { what: 'the reaper of the stack does not run', why });
}
