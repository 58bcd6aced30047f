import { readdirSync, readFileSync } from 'node:fs';

/** Time that a process tree has to end itself after a signal, before it is killed. */
const graceMilliseconds = 5_000;
const pollMilliseconds = 20;

const stopStatus: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
};
const stopSignals = Object.keys(stopStatus) as NodeJS.Signals[];
const trees = new Set<ProcessTree>();
const tidiers = new Set<() => Promise<void>>();

/** Receives each process tree that this process starts. */
export interface ProcessObserver {
  /** @param pid the leader of the tree's process group */
  started(pid: number): void;
  ended(pid: number): void;
}

const observers = new Set<ProcessObserver>();

/**
 * Tells an observer of each process tree from now on, and of those that run already.
 * @returns ends that
 */
export function observeProcesses(observer: ProcessObserver): () => void {
  observers.add(observer);
  for (const tree of trees) tree.introduce(observer);
  return () => {
    observers.delete(observer);
  };
}

/**
 * Has something tidied after a signal that stops this process, once the programs that it runs have ended and before
 * it exits itself. The signals are this module's for as long as there is anything to tidy.
 * @returns takes the request back
 */
export function onStop(tidy: () => Promise<void>): () => void {
  watchSignals();
  tidiers.add(tidy);
  return () => {
    tidiers.delete(tidy);
    unwatchSignals();
  };
}

function watchSignals(): void {
  if (trees.size + tidiers.size > 0) return;
  for (const signal of stopSignals) process.on(signal, onStopSignal);
  process.on('exit', killAll);
}

function unwatchSignals(): void {
  if (stopping || trees.size + tidiers.size > 0) return;
  for (const signal of stopSignals) process.off(signal, onStopSignal);
  process.off('exit', killAll);
}

/**
 * A program and what it starts: it gets the signals that stop this process, and does not outlive it.
 * Made before the program starts, since a signal may come as soon as there is something to end.
 */
export class ProcessTree {
  private pid: number | undefined;

  /** @param hasGroup whether the program leads a process group; else it shares ours and its terminal */
  constructor(private readonly hasGroup: boolean) {
    watchSignals();
    trees.add(this);
  }

  /** @param pid the program's process; undefined where it could not be started */
  started(pid: number | undefined): void {
    this.pid = pid;
    for (const observer of observers) this.introduce(observer);
  }

  introduce(observer: ProcessObserver): void {
    if (this.pid !== undefined && this.hasGroup) observer.started(this.pid);
  }

  /** Asks the tree to end, and kills what is left of it after the time of grace. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isAlive()) return;
    // A terminal sends its interrupt to all that share it; a second one makes many programs give up tidying.
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

  /** Ends what the program left running, and lets go of this process's signals. */
  async dismiss(): Promise<void> {
    await this.end('SIGTERM');
    trees.delete(this);
    if (this.pid !== undefined && this.hasGroup) for (const observer of observers) observer.ended(this.pid);
    unwatchSignals();
  }

  /** False where there is nothing left to signal. On Windows, which has no groups, the program stands for its tree. */
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
    .then(() => Promise.allSettled([...tidiers].map((tidy) => tidy())))
    .then(() => {
      process.exit(stopStatus[signal]);
    });
}

function killAll(): void {
  for (const tree of trees) tree.signal('SIGKILL');
}

/**
 * Orphans that have ended stay in their group until the system's first process takes note, which in a container
 * may be late or never (proc_pid_stat(5): state and process group follow the name in parentheses).
 */
function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
    } catch {
      return false; // It ended in between.
    }
  });
}
