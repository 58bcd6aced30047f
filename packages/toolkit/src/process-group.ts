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
const runningGroups = new Set<number>();

/** From now on the group gets the signals that this process gets, and does not survive this process. */
export function enrol(group: number): void {
  if (runningGroups.size === 0) {
    for (const signal of stopSignals) process.on(signal, onStopSignal);
    process.on('exit', killAll);
  }
  runningGroups.add(group);
}

/** What the program left running in its group goes with it. */
export async function dismiss(group: number): Promise<void> {
  await endGroup(group, 'SIGTERM');
  runningGroups.delete(group);
  if (runningGroups.size > 0) return;
  for (const signal of stopSignals) process.off(signal, onStopSignal);
  process.off('exit', killAll);
}

/** Asks the group to end, and kills what is left of it after the time of grace. */
export async function endGroup(group: number, signal: NodeJS.Signals): Promise<void> {
  if (!groupIsAlive(group)) return;
  signalGroup(group, signal);
  const deadline = performance.now() + graceMilliseconds;
  while (groupIsAlive(group)) {
    if (performance.now() > deadline) {
      signalGroup(group, 'SIGKILL');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
}

let stopping = false;

function onStopSignal(signal: NodeJS.Signals): void {
  if (stopping) return;
  stopping = true;
  void Promise.all([...runningGroups].map((group) => endGroup(group, signal))).then(() => {
    process.exit(stopStatus[signal]);
  });
}

function killAll(): void {
  for (const group of runningGroups) signalGroup(group, 'SIGKILL');
}

function groupIsAlive(group: number): boolean {
  return signalGroup(group, 0) && (process.platform !== 'linux' || hasLivingMember(group));
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

/** False where the group has ended. On Windows, which has no process groups, the process stands for it. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? group : -group, signal);
    return true;
  } catch {
    return false;
  }
}
