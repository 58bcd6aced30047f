/**
 * A reaper of a stack that runs: a process of its own, in a session of its own, which takes the stack down once the
 * process that started the stack (its owner) lets go of the pipe between them, by ending or by being killed, or once the
 * Nx process is gone that the owner works for. Nx kills what does not end within seconds of Ctrl-C, and everything below
 * it; containers take longer to stop. A stack has two reapers: the later one takes the stack down where the earlier one
 * is killed together with the owner.
 *
 *   node reaper.js <what to guard, as JSON>
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaperOrders } from './guard.js';
import { identify, isRunning, type ProcessIdentity } from '../system/processes.js';
import { RunFile } from './run-record.js';
import { type AskEngine, removeInspected, takeDown } from './take-down.js';

/** Node closes the standard input of a process that ended, as the first of the two does; not so further pipes. */
const pipe = 3;
const pollMilliseconds = 200;
/** How long the owner's programs have to end after a signal, before they are killed. */
const graceMilliseconds = 2_000;
/** How long the engine may still make what it was last asked for by a program that was killed. */
const settleMilliseconds = 1_000;

const orders = JSON.parse(process.argv[2] ?? '{}') as ReaperOrders;

/** The leaders of the process groups that the owner runs. */
const groups = new Map<number, ProcessIdentity>();
/** Whether there may be containers. */
let armed = false;

if (process.env.MILLWRIGHT_REAPER === undefined) {
  // Once more, so that the reaper is no descendant of what Nx ends; its id is told to the one that waits.
  const child = spawn(process.execPath, process.argv.slice(1), {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', pipe],
    env: { ...process.env, MILLWRIGHT_REAPER: '1' },
  });
  process.stdout.write(`${child.pid ?? ''}\n`, () => process.exit(0));
} else {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const held = new Socket({ fd: pipe, readable: true, writable: false });
  held.on('error', () => undefined);
  createInterface({ input: held }).on('line', obey);
  const released = new Promise<void>((resolve) => held.once('close', resolve));
  const isOrphaned = await Promise.race([released.then(() => false), nxEnds().then(() => true)]);
  await finish(isOrphaned);
  process.exit(0);
}

/** A line of the owner's: `arm`, or what it runs. */
function obey(line: string): void {
  const [word, id] = line.split(' ');
  const pid = Number(id);
  if (word === 'arm') armed = true;
  if (word === 'ended') groups.delete(pid);
  const leader = word === 'started' ? identify(pid) : undefined;
  if (leader) groups.set(pid, leader);
}

async function nxEnds(): Promise<void> {
  const { nx } = orders;
  if (nx === undefined) return new Promise(() => undefined);
  while (isRunning(nx)) await sleep(pollMilliseconds);
}

/** @param isOrphaned whether the owner works for an Nx that is gone */
async function finish(isOrphaned: boolean): Promise<void> {
  const file = new RunFile(orders.runFile);
  for (const reaper of orders.earlier) while (isRunning(reaper)) await sleep(pollMilliseconds);
  // It has taken the stack down, which may be another run's by now.
  if (orders.earlier.length > 0 && !file.isOf(orders)) return;
  const record = file.read();
  if (record && file.isOf(orders)) file.update({ ...record, ending: true });
  const wasAbrupt = groups.size > 0 || !isRunning(orders.owner);
  // As after Ctrl-C. One that has let go of the pipe waits for this process, and ends by itself.
  if (isOrphaned) signal(orders.owner.pid, 'SIGTERM');
  await endGroups();
  if (armed) await takeDown(ask, orders);
  if (wasAbrupt) {
    await sleep(settleMilliseconds);
    if (armed) await takeDown(ask, orders);
    await removeInspected(ask, orders.inspectionLabel);
  }
  file.release(orders);
}

/** Ends what the owner has run: left alone, it would go on making containers. */
async function endGroups(): Promise<void> {
  const running = () => [...groups.values()].filter(({ pid }) => signal(-pid, 0));
  // A leader's id is another process's only where the whole group has ended.
  for (const [pid, leader] of groups) {
    const now = identify(pid);
    if (now !== undefined && now.startedAt !== leader.startedAt) groups.delete(pid);
    else signal(-pid, 'SIGTERM');
  }
  const deadline = performance.now() + graceMilliseconds;
  while (running().length > 0 && performance.now() < deadline) await sleep(50);
  for (const { pid } of running()) signal(-pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === 'win32' ? Math.abs(pid) : pid, name);
  } catch {
    return false;
  }
}

/** Without `run`, whose programs end with the process that runs them. */
function ask(...[args]: Parameters<AskEngine>): ReturnType<AskEngine> {
  return new Promise((resolve) => {
    // From a folder without Compose files.
    const child = spawn(orders.engine, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', () => {
      resolve({ exitCode: undefined, stdout, stderr });
    });
    child.once('close', (status) => {
      resolve({ exitCode: status ?? undefined, stdout, stderr });
    });
  });
}
