import { execa } from 'execa';
import { MillwrightError } from './errors.js';

export interface RunOptions {
  readonly cwd?: string;
  /** Changes to this process's environment, for the child alone; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Each line of standard output as it comes; the output is then not kept in the result. */
  readonly onStdout?: (line: string) => void;
  /** Each line of standard error as it comes; the output is then not kept in the result. */
  readonly onStderr?: (line: string) => void;
  /** Hands the terminal itself to the child, for programs that a person talks to. */
  readonly interactive?: boolean;
  /** Milliseconds after which the process tree is ended. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** The exit status; undefined where a signal ended the process. */
  readonly exitCode: number | undefined;
  /** The signal that ended the process, such as SIGKILL. */
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Time that a process tree has to end itself after a signal, before it is killed. */
const graceMilliseconds = 5_000;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const runningGroups = new Set<number>();

/**
 * Runs a program to its end, in a process group of its own, so that a signal to this process reaches all
 * that the program started. A program that fails is a result, not an exception.
 * @throws MillwrightError PROCESS_MISSING where the program or its folder does not exist or cannot be run
 */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const started = performance.now();
  const interactive = options.interactive === true;
  const child = execa(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    stdin: interactive ? 'inherit' : 'ignore',
    stdout: interactive ? 'inherit' : 'pipe',
    stderr: interactive ? 'inherit' : 'pipe',
    buffer: { stdout: !options.onStdout, stderr: !options.onStderr },
    maxBuffer: Number.MAX_SAFE_INTEGER,
    // A group of its own, unless the child shares the terminal: a background group may not read from it.
    detached: !interactive,
    reject: false,
  });
  const group = interactive ? undefined : child.pid;
  if (group !== undefined) enrol(group);
  const stop = () => {
    if (group !== undefined) void endGroup(group, 'SIGTERM');
    else child.kill();
  };
  const timer = options.timeout === undefined ? undefined : setTimeout(stop, options.timeout);
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    const [result] = await Promise.all([
      child,
      forwardLines(child, 'stdout', options.onStdout),
      forwardLines(child, 'stderr', options.onStderr),
    ]);
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new MillwrightError('PROCESS_MISSING', {
        what: `${file} cannot be started`,
        why: result.originalMessage ?? 'the system gave no reason',
        cause: result,
      });
    }
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: result.stdout ?? '',
      stderr: result.stderr ?? '',
      milliseconds: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    if (group !== undefined) await dismiss(group);
  }
}

async function forwardLines(
  child: { iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<unknown> },
  from: 'stdout' | 'stderr',
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  if (!onLine) return;
  try {
    for await (const line of child.iterable({ from })) onLine(String(line));
  } catch {
    // The iteration repeats the process's own failure, which the caller learns from its result.
  }
}

function enrol(group: number): void {
  if (runningGroups.size === 0) {
    for (const signal of stopSignals) process.on(signal, onStopSignal);
    process.on('exit', killAll);
  }
  runningGroups.add(group);
}

/** What the program left running in its group goes with it. */
async function dismiss(group: number): Promise<void> {
  if (groupIsAlive(group)) await endGroup(group, 'SIGTERM');
  runningGroups.delete(group);
  if (runningGroups.size > 0) return;
  for (const signal of stopSignals) process.off(signal, onStopSignal);
  process.off('exit', killAll);
}

let stopping = false;

function onStopSignal(signal: NodeJS.Signals): void {
  if (stopping) return;
  stopping = true;
  void Promise.all([...runningGroups].map((group) => endGroup(group, signal))).then(() => {
    const status = signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 129;
    process.exit(status);
  });
}

function killAll(): void {
  for (const group of runningGroups) signalGroup(group, 'SIGKILL');
}

async function endGroup(group: number, signal: NodeJS.Signals): Promise<void> {
  signalGroup(group, signal);
  const deadline = performance.now() + graceMilliseconds;
  while (groupIsAlive(group)) {
    if (performance.now() > deadline) {
      signalGroup(group, 'SIGKILL');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function groupIsAlive(group: number): boolean {
  return signalGroup(group, 0);
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
