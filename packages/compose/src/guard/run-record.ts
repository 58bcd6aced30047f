import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, type ProcessIdentity } from '@millwright/toolkit/reaper';

export const runFileName = 'run.json';

/** The version of the file format. A file with another version is ignored and replaced. */
const version = 1;

/** A run of a stack, as recorded for other processes on this machine. */
export interface RunRecord {
  /** The Nx task without its configuration, for example `stack:up`. */
  readonly task: string;
  /** The process that runs the command. */
  readonly owner: ProcessIdentity;
  /** The Nx process that runs the task, if any. */
  readonly nx: ProcessIdentity | undefined;
  /** The processes that take the stack down at the end. Empty until the first one runs. */
  readonly reapers: readonly ProcessIdentity[];
  /** True if the stack's volumes are removed with it. */
  readonly volumes: boolean;
  /** True if the stack is being taken down. */
  readonly ending: boolean;
}

/** The phase of a run, derived from its record and the processes that are alive. */
export type RunPhase = 'over' | 'running' | 'ending';

export function phaseOf(
  { owner, nx, reapers, ending }: RunRecord,
  isAlive: (process: ProcessIdentity) => boolean = isRunning,
): RunPhase {
  const isOwned = isAlive(owner);
  if (!isOwned && !reapers.some(isAlive)) return 'over';
  return isOwned && !ending && (nx === undefined || isAlive(nx)) ? 'running' : 'ending';
}

/** The outcome of an attempt to claim a stack. */
export type Claim =
  /** `abandoned` is a run that was killed together with its reapers. Its containers may still exist. */
  | { readonly isClaimed: true; readonly abandoned: RunRecord | undefined }
  | { readonly isClaimed: false; readonly holder: RunRecord };

/** Returns the Nx project of a run. */
export function stackOf({ task }: RunRecord): string {
  return task.slice(0, task.lastIndexOf(':'));
}

/** Returns the message for waiting on a run that is being taken down. */
export function waitingFor(run: RunRecord): string {
  return `${stackOf(run)}: waiting for the previous run (nx run ${run.task}) to shut down`;
}

/**
 * The file that records the run of a stack. At most one run owns it at a time. The process that takes the
 * stack down removes it.
 */
export class RunFile {
  constructor(private readonly path: string) {}

  read(): RunRecord | undefined {
    return parse(readText(this.path));
  }

  /** Claims the file for a run, unless another run that is not over owns it. */
  claim(record: RunRecord): Claim {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    let abandoned: RunRecord | undefined;
    while (!this.create(record)) {
      const text = readText(this.path);
      const holder = parse(text);
      if (holder !== undefined && phaseOf(holder) !== 'over') return { isClaimed: false, holder };
      if (text !== undefined) this.discard(text);
      abandoned = holder;
    }
    return { isClaimed: true, abandoned };
  }

  /** Updates the record of a run, unless another run owns the file by now. */
  update(record: RunRecord): void {
    if (!this.isOwnedBy(record)) return;
    const temporary = this.temporary();
    writeFileSync(temporary, textOf(record), { flag: 'wx', mode: 0o600 });
    renameSync(temporary, this.path);
  }

  isOwnedBy({ owner }: Pick<RunRecord, 'owner'>): boolean {
    const found = this.read()?.owner;
    return found?.pid === owner.pid && found.startedAt === owner.startedAt;
  }

  /** Ends a run whose stack is down. */
  release(record: Pick<RunRecord, 'owner'>): void {
    if (this.isOwnedBy(record)) renameSync(this.path, this.endedPath());
  }

  /** Returns the last run whose stack was taken down, with the time in milliseconds since the epoch. */
  readEnded(): { readonly run: RunRecord; readonly endedAt: number } | undefined {
    const run = parse(readText(this.endedPath()));
    const endedAt = statSync(this.endedPath(), { throwIfNoEntry: false })?.ctimeMs;
    return run && endedAt !== undefined ? { run, endedAt } : undefined;
  }

  /** Creates the file with its content atomically. Returns false if it exists. */
  private create(record: RunRecord): boolean {
    const temporary = this.temporary();
    writeFileSync(temporary, textOf(record), { flag: 'wx', mode: 0o600 });
    try {
      linkSync(temporary, this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  /** Removes the file if it still has this content. Another run may have replaced it. */
  private discard(text: string): void {
    const moved = this.temporary();
    try {
      renameSync(this.path, moved);
      if (readText(moved) !== text) linkSync(moved, this.path);
    } catch (error) {
      // Another process has removed it or created a new one.
      if (!/^(ENOENT|EEXIST)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    } finally {
      rmSync(moved, { force: true });
    }
  }

  private temporary(): string {
    return `${this.path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  }

  private endedPath(): string {
    return `${this.path}.ended`;
  }
}

/** Uses Node only, because the reaper loads this module and must start quickly. */
function readText(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string | undefined): RunRecord | undefined {
  try {
    const found: unknown = JSON.parse(text ?? '');
    return isRunRecord(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Hand-written, because loading zod would double the startup time of a reaper. */
function isRunRecord(found: unknown): found is RunRecord {
  if (typeof found !== 'object' || found === null) return false;
  const record = found as Partial<Record<keyof RunRecord | 'version', unknown>>;
  return (
    record.version === version &&
    typeof record.task === 'string' &&
    isIdentity(record.owner) &&
    (record.nx === undefined || isIdentity(record.nx)) &&
    Array.isArray(record.reapers) &&
    record.reapers.every(isIdentity) &&
    typeof record.volumes === 'boolean' &&
    typeof record.ending === 'boolean'
  );
}

/** Rejects a process ID below 1, which would address a whole process group. */
function isIdentity(found: unknown): found is ProcessIdentity {
  if (typeof found !== 'object' || found === null) return false;
  const { pid, startedAt } = found as Partial<Record<keyof ProcessIdentity, unknown>>;
  return (
    Number.isSafeInteger(pid) && Number(pid) > 0 && (startedAt === undefined || typeof startedAt === 'string')
  );
}

function textOf(record: RunRecord): string {
  return JSON.stringify({ version, ...record });
}
