import { readdirSync, readFileSync } from 'node:fs';

/** The resource usage of a process group: memory in bytes, time in milliseconds. */
export interface ProcessUsage {
  /** The peak of the resident memory of all processes of the group, as sampled. */
  readonly peakMemory: number;
  /** The CPU time of the group, in user and kernel mode. */
  readonly cpuTime: number;
}

/** The delay between samples in milliseconds. It doubles from the first one, so that short programs are sampled too. */
const firstDelay = 10;
const maxDelay = 160;
/** Linux reports CPU time in hundredths of a second (time(7), USER_HZ). */
const tickMilliseconds = 10;

/**
 * Measures a running process group through `/proc` (proc_pid_stat(5), proc_pid_status(5)). Measures nothing
 * on other systems than Linux.
 */
export class UsageMeter implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  /** Processes of other groups, which are not read again. */
  private foreign = new Set<string>();
  private peak = 0;
  private ticks = 0;

  /** @param group the process ID of the group's leader */
  constructor(private readonly group: number) {
    if (process.platform !== 'linux') return;
    this.sample();
    this.sampleAfter(firstDelay);
  }

  /** Returns the usage so far. Undefined if the system does not report it. */
  usage(): ProcessUsage | undefined {
    if (this.timer === undefined) return undefined;
    this.sample();
    return { peakMemory: this.peak, cpuTime: this.ticks * tickMilliseconds };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
  }

  private sampleAfter(delay: number): void {
    this.timer = setTimeout(() => {
      this.sample();
      this.sampleAfter(Math.min(delay * 2, maxDelay));
    }, delay).unref();
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
    // The CPU time of an ended process is included in that of its parent, if the parent has waited for it.
    this.ticks = Math.max(this.ticks, ticks);
  }
}

/** @returns undefined for a process of another group, or one that has ended in the meantime */
function readMember(pid: string, group: number): { memory: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The fields after the name, which can contain any characters. The third one is the group.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[2]) !== group) return undefined;
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    const times = fields.slice(11, 15).map(Number);
    return { memory: Number(resident?.[1] ?? 0) * 1024, ticks: times.reduce((sum, time) => sum + time, 0) };
  } catch {
    return undefined;
  }
}
