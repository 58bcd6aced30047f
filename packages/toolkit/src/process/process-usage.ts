import { readdirSync, readFileSync } from 'node:fs';

/** What a process group used: memory in bytes, time in milliseconds. */
export interface ProcessUsage {
  /** The most resident memory that all processes of the group held at once, as far as it was sampled. */
  readonly peakMemory: number;
  /** Processor time of the group, in user and kernel mode. */
  readonly cpuTime: number;
}

const interval = 200;
/** Linux counts processor time in hundredths of a second for its users (time(7), USER_HZ). */
const tickMilliseconds = 10;

/**
 * Measures a process group while it runs, from `/proc` (proc_pid_stat(5), proc_pid_status(5)); elsewhere than on
 * Linux it measures nothing.
 */
export class UsageMeter implements Disposable {
  private readonly timer: NodeJS.Timeout | undefined;
  /** Processes of other groups, which are most of them, and which are not looked at again. */
  private foreign = new Set<string>();
  private peak = 0;
  private ticks = 0;

  /** @param group the process id of the group's leader */
  constructor(private readonly group: number) {
    if (process.platform !== 'linux') return;
    this.timer = setInterval(() => {
      this.sample();
    }, interval);
    this.timer.unref();
  }

  /** What was used until now; undefined where the system does not tell. */
  usage(): ProcessUsage | undefined {
    if (this.timer === undefined) return undefined;
    this.sample();
    return { peakMemory: this.peak, cpuTime: this.ticks * tickMilliseconds };
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    let memory = 0;
    let ticks = 0;
    const foreign = new Set<string>();
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const member = this.foreign.has(pid) ? undefined : readMember(pid, this.group);
      if (member === undefined) foreign.add(pid);
      memory += member?.memory ?? 0;
      ticks += member?.ticks ?? 0;
    }
    this.foreign = foreign;
    this.peak = Math.max(this.peak, memory);
    // A process that ended is counted by its parent, unless that did not wait for it.
    this.ticks = Math.max(this.ticks, ticks);
  }
}

/** @returns undefined for a process of another group, or one that ended in between */
function readMember(pid: string, group: number): { memory: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The fields behind the name, which may hold anything; the third of them is the group.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) !== group) return undefined;
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    const times = fields.slice(11, 15).map(Number);
    return { memory: Number(resident?.[1] ?? 0) * 1024, ticks: times.reduce((sum, time) => sum + time, 0) };
  } catch {
    return undefined;
  }
}
