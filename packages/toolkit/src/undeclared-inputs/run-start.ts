import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, variableOf } from '../environment/environment.js';
import { workspaceDataFolder } from '../state/state.js';

/** Not hashed: when the present run of Nx began to read files, by the clock of the workspace's file system. */
const runStartVariable = 'MILLWRIGHT_RUN_START';

/** Nx reads no file of the workspace in the first milliseconds of its process. */
const startup = 50;

/** Nx hashes files before it calls a hook, so its start is looked up where its process can be found. */
export function announceRunStart(workspaceRoot: string, env: Record<string, string | undefined>): void {
  const now = fileTime(workspaceRoot);
  // Nx's daemon follows changes and hashes what is there when it is asked.
  const age = env.NX_DAEMON_PROCESS === 'true' ? 0 : ageOfNx();
  env[runStartVariable] = now === undefined ? '' : String(now - Math.max(0, age - startup));
}

/** The time from which on a file may differ from what Nx hashed; undefined where no hook told it. */
export function runStart(env: Environment): number | undefined {
  const text = variableOf(env, runStartVariable) ?? '';
  return text === '' ? undefined : Number(text);
}

/**
 * The present time as the file system stamps it, in milliseconds: the kernel's clock for files lags behind that of
 * processes, and a server has one of its own. Undefined where nothing can be written.
 */
export function fileTime(workspaceRoot: string): number | undefined {
  const folder = workspaceDataFolder(workspaceRoot);
  const path = join(folder, `now-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(path, { force: true });
    // Not by way of a link in its place.
    writeFileSync(path, '', { flag: 'wx' });
    const { ctimeMs } = statSync(path);
    rmSync(path, { force: true });
    return ctimeMs;
  } catch {
    return undefined;
  }
}

/** Milliseconds since Nx started: the hook runs in its process, or in a worker that it started. */
function ageOfNx(): number {
  const own = process.uptime() * 1000;
  const [started, nx] = [processStart(process.pid), processStart(process.ppid)];
  return !isWorker() || started === undefined || nx === undefined ? own : own + Math.max(0, started - nx);
}

/** Whether this is a process that Nx started for a plugin. */
function isWorker(): boolean {
  return (globalThis as { NX_PLUGIN_WORKER?: boolean }).NX_PLUGIN_WORKER === true;
}

/** When a process started, in milliseconds since some moment (proc_pid_stat(5), `starttime`); Linux alone tells. */
function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isFinite(ticks) ? ticks * 10 : undefined;
  } catch {
    return undefined;
  }
}
