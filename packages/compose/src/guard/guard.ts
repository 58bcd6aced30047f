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
const guardianCount = 2;
/** How often a run looks whether its guardians are alive, and whether it is asked to end. */
const lookMilliseconds = 300;
/** How often guardians that are killed while they take a stack down are replaced. */
const takeDownAttempts = 5;

/** What a guardian is told when it starts. */
export interface GuardianOrders {
  readonly engine: EngineName;
  readonly projectName: string;
  readonly volumes: boolean;
  readonly runFile: string;
  readonly inspectionLabel: string;
  readonly owner: ProcessIdentity;
  readonly nx: ProcessIdentity | undefined;
  /** The guardians that were there before: this one does their work only once they are gone. */
  readonly earlier: readonly ProcessIdentity[];
}

interface Guardian {
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
 * Keeps guardians (guardian.ts) beside this process, which take the stack down when told to, or when this process or
 * the Nx process is gone. A guardian that is killed is replaced.
 */
export class Guard {
  private guardians: readonly Guardian[] = [];
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

  /** @throws MillwrightError GUARDIAN_FAILED */
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

  /** Leaves it to the guardians to take the stack down, without waiting for that. */
  async leave(): Promise<void> {
    clearInterval(this.looking);
    this.forgetProcesses();
    await this.replacing;
    for (const { pipe } of this.guardians) pipe.end();
  }

  /**
   * Takes the stack down, and returns when that is done.
   * @throws MillwrightError GUARDIAN_FAILED
   */
  async takeDown(): Promise<void> {
    await this.leave();
    for (let attempt = 1; ; attempt++) {
      while (this.alive().length > 0) await sleep(pollMilliseconds);
      // A guardian that has done its work has released the record.
      if (!this.file.isOf(this.request.record)) return;
      if (attempt === takeDownAttempts) throw guardianFailed('it was ended again and again');
      await this.spawn();
      for (const { pipe } of this.guardians) pipe.end();
    }
  }

  private look(): void {
    if (existsSync(endRequestFile(this.request.runFile))) this.request.onEndRequest();
    this.replace();
  }

  /** Starts the guardians that are missing; what fails is tried again at the next look. */
  private replace(): void {
    this.replacing ??= this.spawnMissing()
      .catch(() => undefined)
      .finally(() => (this.replacing = undefined));
  }

  private async spawnMissing(): Promise<void> {
    while (this.alive().length < guardianCount) await this.spawn();
  }

  private alive(): readonly Guardian[] {
    return this.guardians.filter(({ process }) => isRunning(process));
  }

  private async spawn(): Promise<void> {
    const { engine, projectName, volumes, runFile, record } = this.request;
    this.guardians = this.alive();
    const earlier = this.guardians.map(({ process }) => process);
    const orders: GuardianOrders = {
      ...{ engine: engine.name, projectName, volumes, runFile, earlier },
      ...{ owner: record.owner, nx: record.nx, inspectionLabel: inspectionLabel(record.owner) },
    };
    const script = join(import.meta.dirname, 'guardian.js');
    const starter = spawn(process.execPath, [script, JSON.stringify(orders)], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
      env: { ...engine.environment, ...withoutFiles },
    });
    const pipe = starter.stdio[3] as Writable;
    // Writing to a guardian that is gone fails; it is replaced.
    pipe.on('error', () => undefined);
    const pid = await new Promise<number>((resolve, reject) => {
      let text = '';
      starter.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      starter.once('error', reject);
      // Not the end of the process: its guardian keeps the pipe.
      starter.stdout?.once('close', () => {
        resolve(Number(text));
      });
    }).catch((error: unknown) => {
      throw guardianFailed(error instanceof Error ? error.message : String(error));
    });
    starter.unref();
    const guardian = pid > 0 ? identify(pid) : undefined;
    if (!guardian) throw guardianFailed('it ended at once');
    this.guardians = [...this.guardians, { process: guardian, pipe }];
    this.file.update({ ...record, guardians: this.guardians.map(({ process }) => process) });
    if (this.armed) pipe.write('arm\n');
    for (const group of this.groups) pipe.write(`started ${group}\n`);
  }

  private tell(line: string): void {
    for (const { pipe } of this.guardians) pipe.write(`${line}\n`);
  }
}

function guardianFailed(why: string): MillwrightError {
  return composeError('GUARDIAN_FAILED', { what: 'the guardian of the stack does not run', why });
}
