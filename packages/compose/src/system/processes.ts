import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that gets the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the kernel's clock ticks; undefined on systems without /proc. */
  readonly startedAt: string | undefined;
}

/** Undefined where no such process runs. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    return stat === undefined || hasEnded(stat) ? undefined : { pid, startedAt: stat.startedAt };
  }
  return exists(pid) ? { pid, startedAt: undefined } : undefined;
}

/** The process that calls this. */
export function thisProcess(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startedAt: undefined };
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && (startedAt === undefined || now.startedAt === startedAt);
}

/** The ids of the processes that a process descends from, its parent first; empty on systems without /proc. */
export function ancestorsOf(pid: number): number[] {
  const found: number[] = [];
  for (let parent = statOf(pid)?.parent ?? 0; parent > 0; parent = statOf(parent)?.parent ?? 0)
    found.push(parent);
  return found;
}

/**
 * The Nx process that runs this process's task; undefined where there is none any more, or never was.
 * Nx names the Nx processes that a task runs in, the nearest last.
 */
export function nxProcess(): ProcessIdentity | undefined {
  const pid = Number(process.env.NX_INVOCATION_ANCESTOR_PIDS?.split(',').at(-1));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  // A variable may outlive the process that it names.
  if (process.platform === 'linux' && !ancestorsOf(process.pid).includes(pid)) return undefined;
  return identify(pid);
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startedAt: string;
}

/** The fields follow the process's name, which is in parentheses and may contain some (proc_pid_stat(5)). */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** A process that ended stays in the table until its parent has taken note, which an orphan's may never do. */
function hasEnded({ state }: Stat): boolean {
  return state === 'Z' || state === 'X';
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
