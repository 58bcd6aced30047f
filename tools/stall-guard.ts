/**
 * Vitest's global setup for tests without a time limit: a busy machine must not fail them. A test that waits for
 * something that never comes uses no processor time; what it started is then ended, and the test fails by that.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Waiting tests poll, which takes about one hundredth of a processor. */
const idleShare = 0.02;
const defaultLimit = { stallSeconds: 900, intervalSeconds: 30 };

export interface ProcessSample {
  readonly pid: number;
  readonly parent: number;
  /** Processor time of the process and of its children that ended, in seconds. */
  readonly seconds: number;
  readonly name: string;
}

/** The processes below one, those furthest down last. */
export function descendants(all: readonly ProcessSample[], root: number): ProcessSample[][] {
  const levels: ProcessSample[][] = [];
  let parents = new Set([root]);
  for (;;) {
    const level = all.filter(({ parent }) => parents.has(parent));
    if (level.length === 0) return levels;
    levels.push(level);
    parents = new Set(level.map(({ pid }) => pid));
  }
}

/** Tells from samples of processor time whether the last while was spent waiting. */
export class StallDetector {
  private readonly stallSeconds: number;
  private since: { readonly time: number; readonly used: number } | undefined;

  constructor(stallSeconds: number) {
    this.stallSeconds = stallSeconds;
  }

  /**
   * @param time in seconds, from any start
   * @param used processor time so far, in seconds; less than before where a process left the tree
   */
  isStalled(time: number, used: number): boolean {
    this.since ??= { time, used };
    if (Math.abs(used - this.since.used) > idleShare * this.stallSeconds) this.since = { time, used };
    return time - this.since.time >= this.stallSeconds;
  }

  reset(): void {
    this.since = undefined;
  }
}

/**
 * Ends what a process's workers started once it stands still; the workers themselves where they started nothing.
 * @returns stops watching
 */
export function guard(root: number, limit = defaultLimit): () => void {
  // Only Linux tells of processes by files (proc_pid_stat(5)).
  if (process.platform !== 'linux') return () => undefined;
  const detector = new StallDetector(limit.stallSeconds);
  const timer = setInterval(() => {
    const [workers = [], ...started] = descendants(sampleProcesses(), root);
    const all = [...workers, ...started.flat()];
    const used = all.reduce((sum, { seconds }) => sum + seconds, 0);
    if (all.length === 0 || !detector.isStalled(performance.now() / 1000, used)) return;
    detector.reset();
    const ended = started.length > 0 ? started.flat() : workers;
    const list = ended.map(({ pid, name }) => `${name} (${pid})`).join(', ');
    console.error(`\nTests made no progress in ${limit.stallSeconds} s. Ending ${list}.`);
    for (const { pid } of ended.reverse()) kill(pid);
  }, limit.intervalSeconds * 1000);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

export default function setup(): () => void {
  return guard(process.pid);
}

function sampleProcesses(): ProcessSample[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return [parseStat(Number(entry), readFileSync(`/proc/${entry}/stat`, 'latin1'))];
    } catch {
      return []; // It ended in between.
    }
  });
}

/** The name stands in parentheses and may hold anything; the numbers follow it, times in hundredths of a second. */
function parseStat(pid: number, text: string): ProcessSample {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid,
    parent: Number(fields[1]),
    seconds: ticks / 100,
    name: text.slice(text.indexOf('(') + 1, end),
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
