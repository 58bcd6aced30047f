import { readdirSync, readFileSync } from 'node:fs';

/** How long a process tree has to end after a signal, before it is killed. */
const graceMilliseconds = 5_000;
const pollMilliseconds = 20;

const stopStatus: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
};
const stopSignals = Object.keys(stopStatus) as NodeJS.Signals[];
const trees = new Set<ProcessTree>();
const cleanUps = new Set<() => Promise<void>>();

/** Observes each process tree that this process starts. */
export interface ProcessObserver {
  /** @param pid the leader of the tree's process group */
  started(pid: number): void;
  ended(pid: number): void;
}

const observers = new Set<ProcessObserver>();

/**
 * Notifies an observer of each new process tree, and of those already running.
 * @returns a function that removes the observer
 */
export function observeProcesses(observer: ProcessObserver): () => void {
  observers.add(observer);
  for (const tree of trees) tree.introduce(observer);
  return () => {
    observers.delete(observer);
  };
}

/**
 * Registers a clean-up for the case that a signal stops this process. It runs after the child processes
 * have ended, and before this process exits. While clean-ups are registered, this module handles the
 * signals.
 * @returns a function that removes the clean-up
 */
export function onStop(cleanUp: () => Promise<void>): () => void {
  watchSignals();
  cleanUps.add(cleanUp);
  return () => {
    cleanUps.delete(cleanUp);
    unwatchSignals();
  };
}

function watchSignals(): void {
  if (trees.size + cleanUps.size > 0) return;
  for (const signal of stopSignals) process.on(signal, onStopSignal);
  process.on('exit', killAll);
}

function unwatchSignals(): void {
  if (stopping || trees.size + cleanUps.size > 0) return;
  for (const signal of stopSignals) process.off(signal, onStopSignal);
  process.off('exit', killAll);
}

/**
 * A program and its descendants. It receives the signals that stop this process, and does not outlive it.
 * Created before the program starts, because a signal can arrive at any time after the start.
 */
export class ProcessTree {
  private pid: number | undefined;

  /**
   * @param hasGroup true if the program leads a process group; otherwise, it shares this process's group
   * and terminal
   */
  constructor(private readonly hasGroup: boolean) {
    watchSignals();
    trees.add(this);
  }

  /** @param pid the program's process, or undefined if it could not be started */
  started(pid: number | undefined): void {
    this.pid = pid;
    for (const observer of observers) this.introduce(observer);
  }

  introduce(observer: ProcessObserver): void {
    if (this.pid !== undefined && this.hasGroup) observer.started(this.pid);
  }

  /** Asks the tree to end, and kills the rest of it after the grace period. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isAlive()) return;
    // The terminal sends SIGINT to its whole group. A second one makes many programs skip their clean-up.
    if (this.hasGroup || signal !== 'SIGINT') this.signal(signal);
    const deadline = performance.now() + graceMilliseconds;
    while (this.isAlive()) {
      if (performance.now() > deadline) {
        this.signal('SIGKILL');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
  }

  /** Ends what the program left running, and stops handling signals for it. */
  async dismiss(): Promise<void> {
    await this.end('SIGTERM');
    trees.delete(this);
    if (this.pid !== undefined && this.hasGroup) for (const observer of observers) observer.ended(this.pid);
    unwatchSignals();
  }

  /**
   * Sends a signal. Returns false if there is nothing to signal. Windows has no groups, so only the program
   * gets it.
   */
  signal(signal: NodeJS.Signals | 0): boolean {
    if (this.pid === undefined) return false;
    try {
      process.kill(this.hasGroup && process.platform !== 'win32' ? -this.pid : this.pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  private isAlive(): boolean {
    if (this.pid === undefined || !this.signal(0)) return false;
    return !this.hasGroup || process.platform !== 'linux' || hasLivingMember(this.pid);
  }
}

let stopping = false;

function onStopSignal(signal: NodeJS.Signals): void {
  if (stopping) return;
  stopping = true;
  const ended = Promise.all([...trees].map((tree) => tree.end(signal)));
  void ended
    .then(() => Promise.allSettled([...cleanUps].map((cleanUp) => cleanUp())))
    .then(() => {
      process.exit(stopStatus[signal]);
    });
}

function killAll(): void {
  for (const tree of trees) tree.signal('SIGKILL');
}

/**
 * Returns true if a group has a running member. Ended orphans stay in their group until the init process
 * reaps them, which in a container may be late or never (proc_pid_stat(5): state and process group follow
 * the name in parentheses).
 */
function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
    } catch {
      return false; // It has ended in the meantime.
    }
  });
}
