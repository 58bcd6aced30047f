import { readdirSync, readFileSync } from 'node:fs';
import { identify, type ProcessIdentity } from './process-identity.js';

/** A running process, as `/proc` shows it (proc_pid_stat(5)). */
export interface ListedProcess extends ProcessIdentity {
  readonly parent: number;
  readonly session: number;
}

/** Returns all running processes. Empty on systems without /proc. Ended processes that wait for their parent are left out. */
export function listProcesses(): ListedProcess[] {
  return processIds().flatMap((pid): ListedProcess[] => {
    const text = readProc(pid, 'stat');
    if (text === undefined) return [];
    // The fields after the name, which is in parentheses and can contain some itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, , session] = fields;
    if (state === 'Z' || state === 'X') return [];
    return [{ pid, parent: Number(parent), session: Number(session), startedAt: fields[19] }];
  });
}

/**
 * Returns the members of process trees: the roots, their descendants, and everything in a session that a
 * root leads. Jobs that lead process groups of their own, and orphans of ended parents, stay in the session.
 * @param roots process IDs; an ended root still stands for its session
 */
export function membersOf(roots: ReadonlySet<number>, listed: readonly ListedProcess[]): ListedProcess[] {
  const children = Map.groupBy(listed, ({ parent }) => parent);
  const found = new Map<number, ListedProcess>();
  const queue = listed.filter(({ pid, session }) => roots.has(pid) || roots.has(session));
  for (const entry of queue) {
    if (found.has(entry.pid)) continue;
    found.set(entry.pid, entry);
    queue.push(...(children.get(entry.pid) ?? []));
  }
  return [...found.values()];
}

/** Returns the processes of this user that were started with a variable, descendants that inherited it included. */
export function processesWithVariable(name: string, value: string): ProcessIdentity[] {
  const entry = `${name}=${value}`;
  return processIds()
    .filter((pid) => readProc(pid, 'environ')?.split('\0').includes(entry) === true)
    .flatMap((pid) => identify(pid) ?? []);
}

/** Returns the resident memory of a process in bytes; 0 once it has ended. */
export function residentMemory(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 0) * 1_024;
}

function processIds(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined; // It has ended in the meantime, or belongs to another user.
  }
}
