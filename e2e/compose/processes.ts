import { readdirSync, readFileSync } from 'node:fs';

/** Sends a signal to processes. Ignores those that have already ended. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has already ended.
    }
  }
}

function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Returns the processes whose command line contains a text, except this one, in order of their start. */
export function processesNaming(text: string): number[] {
  return allProcesses().filter((pid) => pid !== process.pid && commandLineOf(pid).includes(text));
}

export function commandLineOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/**
 * Returns true if a process is running. An ended process stays in the table until its parent reaps it,
 * which may never happen for an orphan.
 */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Returns a process's descendants. */
export function descendantsOf(root: number): number[] {
  const parents = new Map(
    allProcesses().map((pid) => {
      const stat = read(`/proc/${pid}/stat`);
      return [pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const;
    }),
  );
  const found = new Set([root]);
  for (const one of found) for (const [pid, parent] of parents) if (parent === one) found.add(pid);
  found.delete(root);
  return [...found];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
