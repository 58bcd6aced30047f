import { readdirSync, readFileSync } from 'node:fs';

/** Sends a signal to processes; one that has ended by itself is passed over. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself.
    }
  }
}

function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Processes that name a text in their command line, but this one; the first to start first. */
export function processesNaming(text: string): number[] {
  return allProcesses().filter((pid) => pid !== process.pid && commandLineOf(pid).includes(text));
}

export function commandLineOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** One that has ended stays in the table until its parent has taken note, which an orphan's may never do. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** A process's children, theirs, and so on. */
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
