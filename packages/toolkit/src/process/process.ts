import { toolkitError } from '../errors.js';
import { ProcessTree } from './process-tree.js';
import { statOf } from '../files/stat.js';

export interface RunOptions {
  readonly cwd?: string;
  /** Changes to the environment of the child. Undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called for each line of standard output as it arrives. The output is then not in the result. */
  readonly onStdout?: (line: string) => void;
  /** Called for each line of standard error as it arrives. The output is then not in the result. */
  readonly onStderr?: (line: string) => void;
  /** Reads standard output as bytes while the program writes. The output is then not in the result. */
  readonly readStdout?: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Called after the start with the process ID, which is also that of its group. */
  readonly onStart?: (pid: number) => void;
  /** The content of standard input (default: empty). */
  readonly input?: string;
  /** Attaches the terminal to the child, for interactive programs. */
  readonly interactive?: boolean;
  /** Milliseconds after which the process tree is ended. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** The exit status. Undefined if a signal ended the process. */
  readonly exitCode: number | undefined;
  /** The signal that ended the process, for example SIGKILL. */
  readonly signal: NodeJS.Signals | undefined;
  /** True if the timeout was reached. The exit status may still be 0. */
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/**
 * Runs a program in its own process group, so that a signal to this process reaches everything that the
 * program started, and nothing outlives the call. A failure is returned, not thrown. An exception in
 * `onStdout`, `onStderr` or `readStdout` ends the program and is thrown.
 * @throws MillwrightError PROCESS_MISSING if the program or its folder does not exist or cannot be run
 */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  // Loaded on demand: Nx loads the plugin for every graph, which starts no process.
  const { execa } = await import('execa');
  const started = performance.now();
  const interactive = options.interactive === true;
  const tree = new ProcessTree(!interactive);
  const stop = () => void tree.end('SIGTERM');
  let timedOut = false;
  const onTimeout = () => {
    timedOut = true;
    stop();
  };
  const timer = options.timeout === undefined ? undefined : setTimeout(onTimeout, options.timeout);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const child = execa(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...options.env },
      ...(options.input === undefined
        ? { stdin: interactive ? 'inherit' : 'ignore' }
        : { input: options.input }),
      stdout: interactive ? 'inherit' : 'pipe',
      stderr: interactive ? 'inherit' : 'pipe',
      buffer: { stdout: !options.onStdout && !options.readStdout, stderr: !options.onStderr },
      maxBuffer: Number.MAX_SAFE_INTEGER,
      // A separate group, unless the child shares the terminal: a background group may not read from it.
      detached: !interactive,
      cleanup: false,
      reject: false,
    });
    tree.started(child.pid);
    if (child.pid !== undefined) options.onStart?.(child.pid);
    if (options.signal?.aborted) stop();
    // Descendants that the program leaves behind would keep its output open and delay the result.
    child.nodeChildProcess.once('exit', stop);
    const [result] = await Promise.all([
      child,
      forwardLines(child, 'stdout', options.onStdout),
      forwardLines(child, 'stderr', options.onStderr),
      options.readStdout?.(child.iterable({ from: 'stdout', binary: true })),
    ]);
    if (result.exitCode === undefined && result.signal === undefined) {
      throw toolkitError('PROCESS_MISSING', {
        what: `cannot start the program ${file}`,
        why: startFailure(result, options.cwd),
        cause: result,
      });
    }
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      timedOut,
      stdout: result.stdout ?? '',
      stderr: result.stderr ?? '',
      milliseconds: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
    await tree.dismiss();
  }
}

async function forwardLines(
  child: { iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<unknown> },
  from: 'stdout' | 'stderr',
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  if (!onLine) return;
  const lines = child.iterable({ from })[Symbol.asyncIterator]();
  for (;;) {
    // A failing iteration repeats the failure of the process, which is in the result.
    const next = await lines.next().catch(() => undefined);
    if (!next || next.done) return;
    onLine(String(next.value));
  }
}

const startFailures: Readonly<Record<string, string>> = {
  ENOENT: 'the program was not found, neither at this path nor on PATH',
  EACCES: 'it is not an executable file',
  ENOEXEC:
    'the system cannot execute it: it was built for another platform, or is a script without a #! line',
};

function startFailure(
  failure: { readonly code?: string | undefined; readonly originalMessage?: string | undefined },
  cwd: string | undefined,
): string {
  if (cwd !== undefined && statOf(cwd)?.isDirectory() !== true) {
    return `its working folder ${cwd} does not exist`;
  }
  const known = failure.code === undefined ? undefined : startFailures[failure.code];
  return known ?? failure.originalMessage ?? 'the system gave no reason';
}
