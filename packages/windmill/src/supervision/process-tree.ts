import { setTimeout as sleep } from 'node:timers/promises';
import {
  identify,
  listProcesses,
  membersOf,
  type ProcessIdentity,
  processesWithVariable,
  residentMemory,
} from '@millwright/toolkit/reaper';

/** Set in the environment of every supervised server, so that its processes are found whatever happens. */
export const markerVariable = 'MILLWRIGHT_SUPERVISED';

const pollMilliseconds = 50;
/** PostgreSQL itself kills what has not ended after five seconds. */
const databaseMilliseconds = 6_000;

/**
 * The processes of a supervised server: those that carry its marker, their sessions, and their descendants. Windmill's jobs lead
 * process groups of their own and start with an environment of their own, but stay in the session of the server.
 */
export class ServerTree {
  readonly #roots = new Map<number, ProcessIdentity>();

  constructor(private readonly marker: string) {}

  /** @param pid the leader of a session, which is running */
  add(pid: number): void {
    const found = identify(pid);
    if (found !== undefined) this.#roots.set(pid, found);
  }

  /** Forgets what has ended, whose process IDs may be used again. */
  clear(): void {
    this.#roots.clear();
  }

  /** The processes that are running. */
  running(): number[] {
    for (const [pid, { startedAt }] of this.#roots) {
      const now = identify(pid);
      if (now !== undefined && now.startedAt !== startedAt) this.#roots.delete(pid);
    }
    return membersOf(new Set(this.#roots.keys()), listProcesses()).map(({ pid }) => pid);
  }

  /** The resident memory of all processes in bytes. */
  memory(): number {
    return this.running().reduce((sum, pid) => sum + residentMemory(pid), 0);
  }

  /** Sends a signal to the servers alone: at SIGTERM, they wait for their jobs. */
  drain(signal: NodeJS.Signals = 'SIGTERM'): void {
    const running = this.running();
    for (const pid of this.#roots.keys()) if (running.includes(pid)) send(pid, signal);
  }

  /**
   * Waits until nothing runs.
   * @returns false if the time is over before that
   */
  async ended(milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (this.running().length > 0) {
      if (performance.now() > deadline) return false;
      await sleep(pollMilliseconds);
    }
    return true;
  }

  /** Kills everything. Stops it first, so that nothing is started meanwhile. */
  async kill(): Promise<void> {
    for (;;) {
      for (const found of processesWithVariable(markerVariable, this.marker))
        this.#roots.set(found.pid, found);
      const left = this.running();
      if (left.length === 0) {
        this.clear();
        return;
      }
      for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of left) send(pid, signal);
      await sleep(pollMilliseconds);
    }
  }
}

/** The marker of the database that belongs to a server: the server ends first, and alone if it is restarted. */
export function databaseMarker(marker: string): string {
  return `${marker}-database`;
}

/**
 * Ends a PostgreSQL server whose data are not needed any more: SIGQUIT is its immediate shutdown, which frees its shared
 * memory. Whatever is left is killed.
 */
export async function endDatabase(tree: ServerTree): Promise<void> {
  tree.drain('SIGQUIT');
  await tree.ended(databaseMilliseconds);
  await tree.kill();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
