import { readFileSync } from 'node:fs';

/** Identifies a process, even if its ID is reused later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time in the kernel's clock ticks. Undefined on systems without /proc. */
  readonly startedAt: string | undefined;
}

/** Returns undefined if no process with this ID is running. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    return stat === undefined || hasEnded(stat) ? undefined : { pid, startedAt: stat.startedAt };
  }
  return exists(pid) ? { pid, startedAt: undefined } : undefined;
}

/** Returns the identity of the current process. */
export function thisProcess(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startedAt: undefined };
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && (startedAt === undefined || now.startedAt === startedAt);
}

/** Returns the IDs of a process's ancestors, parent first. Empty on systems without /proc. */
export function ancestorsOf(pid: number): number[] {
  const found: number[] = [];
  for (let parent = statOf(pid)?.parent ?? 0; parent > 0; parent = statOf(parent)?.parent ?? 0)
    found.push(parent);
  return found;
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startedAt: string;
}

/**
 * Parses the fields after the process's name, which is in parentheses and can contain some itself
 * (proc_pid_stat(5)).
 */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** An ended process stays in the table until its parent reaps it, which may never happen for an orphan. */
function hasEnded({ state }: Stat): boolean {
  return state === 'Z' || state === 'X';
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
