import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, variableOf } from '../environment/environment.js';
import { workspaceDataFolder } from '../state/state.js';

/**
 * Not hashed. The time when this run of Nx began to read files, by the clock of the workspace's file
 * system.
 */
const runStartVariable = 'MILLWRIGHT_RUN_START';

/** Nx reads no files of the workspace in the first milliseconds of its process. */
const startup = 50;

/**
 * Sets the start of the run. Nx hashes files before it calls a hook, so the start time of its process is
 * used if possible.
 */
export function announceRunStart(workspaceRoot: string, env: Record<string, string | undefined>): void {
  const now = fileTime(workspaceRoot);
  // Nx's daemon tracks changes, and hashes the current files on request.
  const age = env.NX_DAEMON_PROCESS === 'true' ? 0 : ageOfNx();
  env[runStartVariable] = now === undefined ? '' : String(now - Math.max(0, age - startup));
}

/** Returns the time from which on a file may differ from Nx's hash. Undefined if no hook has set it. */
export function runStart(env: Environment): number | undefined {
  const text = variableOf(env, runStartVariable) ?? '';
  return text === '' ? undefined : Number(text);
}

/**
 * Returns the current time of the file system, in milliseconds. The kernel's clock for files lags behind
 * that of processes, and a file server has its own. Undefined if no file can be written.
 */
export function fileTime(workspaceRoot: string): number | undefined {
  const folder = workspaceDataFolder(workspaceRoot);
  const path = join(folder, `now-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(path, { force: true });
    // Fails on an existing link instead of following it.
    writeFileSync(path, '', { flag: 'wx' });
    const { ctimeMs } = statSync(path);
    rmSync(path, { force: true });
    return ctimeMs;
  } catch {
    return undefined;
  }
}

/**
 * Returns the milliseconds since Nx started. The hook runs in its process, or in a worker that it started.
 */
function ageOfNx(): number {
  const own = process.uptime() * 1000;
  const [started, nx] = [processStart(process.pid), processStart(process.ppid)];
  return !isWorker() || started === undefined || nx === undefined ? own : own + Math.max(0, started - nx);
}

/** Returns true in a process that Nx started for a plugin. */
function isWorker(): boolean {
  return (globalThis as { NX_PLUGIN_WORKER?: boolean }).NX_PLUGIN_WORKER === true;
}

/**
 * Returns the start time of a process, in milliseconds since boot (proc_pid_stat(5), `starttime`). Linux
 * only.
 */
function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isFinite(ticks) ? ticks * 10 : undefined;
  } catch {
    return undefined;
  }
}
