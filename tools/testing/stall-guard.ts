/**
 * Vitest's global setup for tests without a time limit: a busy machine must not fail them. A test that
 * waits forever uses no CPU time. Its child processes are then ended, which fails the test.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Waiting tests poll, which takes about one percent of a CPU. */
const idleShare = 0.02;
const defaultLimit = { stallSeconds: 900, intervalSeconds: 30 };

export interface ProcessSample {
  readonly pid: number;
  readonly parent: number;
  /** The CPU time of the process and its ended children, in seconds. */
  readonly seconds: number;
  readonly name: string;
}

/** Returns the descendants of a process by level, deepest last. */
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

/** Determines from samples of CPU time whether the processes have only been waiting. */
export class StallDetector {
  private readonly stallSeconds: number;
  private since: { readonly time: number; readonly used: number } | undefined;

  constructor(stallSeconds: number) {
    this.stallSeconds = stallSeconds;
  }

  /**
   * @param time in seconds, from any start
   * @param used the CPU time so far, in seconds; it decreases if a process leaves the tree
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
 * Ends the child processes of a process's workers when it stalls, or the workers if they have none.
 * @returns a function that stops watching
 */
export function guard(root: number, limit = defaultLimit): () => void {
  // Only Linux provides process information in files (proc_pid_stat(5)).
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
      return []; // It has ended in the meantime.
    }
  });
}

/**
 * Parses a stat file. The name is in parentheses and can contain any characters. Times are in hundredths of
 * a second.
 */
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
    // It has ended in the meantime.
  }
}
