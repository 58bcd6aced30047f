/** Runs measured commands. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export interface Timed {
  readonly seconds: number;
  readonly failed: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a command and measures its time. A failure is returned. */
export function timed(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Timed {
  const [program = '', ...args] = command;
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, failed: status !== 0, output: error ? error.message : stdout + stderr };
}

/** Runs a preparatory command. @throws Error with the last lines of output if it fails */
export function prepare(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  const { failed, output } = timed(command, cwd, env);
  if (failed) throw new Error(`${command.join(' ')} failed: ${lastLines(output)}`);
}

/** What a command took. */
export interface Cost {
  readonly seconds: number;
  /** The processor time of the processes that the command started, in seconds; NaN without GNU time. */
  readonly processor: number;
  /** The peak memory of the largest process, in megabytes; NaN without GNU time. */
  readonly megabytes: number;
}

const gnuTime = '/usr/bin/time';

/** Runs a command and measures what it takes. @throws Error with the last lines of output if it fails */
export function costOf(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-cost-'));
  const record = join(folder, 'cost');
  const measured = existsSync(gnuTime) ? [gnuTime, '-f', '%M %U %S', '-o', record, ...command] : command;
  try {
    const { seconds, failed, output } = timed(measured, cwd, env);
    if (failed) throw new Error(`${command.join(' ')} failed: ${lastLines(output)}`);
    const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
    const [kilobytes = NaN, user = NaN, system = NaN] = text === '' ? [] : text.trim().split(' ').map(Number);
    return { seconds, processor: user + system, megabytes: kilobytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-5).join(' | ');
}

/**
 * Returns the same environment for all contenders: without settings of this process, and with our Node
 * first on PATH.
 */
export function benchEnvironment(daemon: boolean): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(NX_|MILLWRIGHT_|TURBO_|MOON_|npm_|CI$|CARGO_TARGET_DIR$|RUSTC_WRAPPER$)/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: `${join(repository, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    // Disables sccache, because a second cold build would use its cache.
    RUSTC_WRAPPER: '',
    NX_DAEMON: String(daemon),
    NX_TUI: 'false',
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}
