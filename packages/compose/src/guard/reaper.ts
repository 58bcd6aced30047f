/**
 * The reaper of a running stack: a separate process in its own session. It takes the stack down when the
 * process that started the stack (the owner) closes the pipe between them, either on purpose or because it
 * was killed, or when the owner's Nx process is gone. This is necessary because Nx kills its child
 * processes within seconds of Ctrl-C, and containers take longer to stop. A stack has two reapers: the
 * later one acts if the earlier one is killed together with the owner.
 *
 * node reaper.js <ReaperConfig as JSON>
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { becomeReaper, identify, isRunning, type ProcessIdentity } from '@millwright/toolkit/reaper';
import type { ReaperConfig } from './guard.js';
import { RunFile } from './run-record.js';
import { openTerminalOf, writeLine } from './terminal.js';
import {
  type EngineCall,
  removeInspected,
  takeDown,
  takeDownFailed,
  type TakeDownFailure,
} from './take-down.js';

const pollMilliseconds = 200;
/** How long the owner's programs have to end after SIGTERM, before they are killed. */
const graceMilliseconds = 2_000;
/** How long the engine may still be executing a request of a killed program. */
const settleMilliseconds = 1_000;

const config = JSON.parse(process.argv[2] ?? '{}') as ReaperConfig;

/** The leaders of the owner's process groups. */
const groups = new Map<number, ProcessIdentity>();
/** True if there may be containers. */
let armed = false;
/** Opened while Nx is running. */
const terminal = config.nx && openTerminalOf(config.nx);

const released = becomeReaper(handleMessage);
const isOrphaned = await Promise.race([released.then(() => false), nxEnds().then(() => true)]);
await finish(isOrphaned);
process.exit(0);

/** Handles a line from the owner: `arm`, `started <pid>` or `ended <pid>`. */
function handleMessage(line: string): void {
  const [word, id] = line.split(' ');
  const pid = Number(id);
  if (word === 'arm') armed = true;
  if (word === 'ended') groups.delete(pid);
  const leader = word === 'started' ? identify(pid) : undefined;
  if (leader) groups.set(pid, leader);
}

async function nxEnds(): Promise<void> {
  const { nx } = config;
  if (nx === undefined) return new Promise(() => undefined);
  while (isRunning(nx)) await sleep(pollMilliseconds);
}

/** @param isOrphaned true if the owner's Nx process is gone */
async function finish(isOrphaned: boolean): Promise<void> {
  const file = new RunFile(config.runFile);
  for (const reaper of config.earlier) while (isRunning(reaper)) await sleep(pollMilliseconds);
  // The earlier reaper has taken the stack down, and another run may use it by now.
  if (config.earlier.length > 0 && !file.isOwnedBy(config)) return;
  const record = file.read();
  if (record && file.isOwnedBy(config)) file.update({ ...record, ending: true });
  const wasAbrupt = groups.size > 0 || !isRunning(config.owner);
  // As after Ctrl-C. An owner that closed the pipe waits for this process, and ends by itself.
  if (isOrphaned) signal(config.owner.pid, 'SIGTERM');
  await (armed && terminal !== undefined ? announced(terminal, remove(wasAbrupt)) : remove(wasAbrupt));
  file.release(config);
}

/** @param wasAbrupt true if a killed program may still be creating containers */
async function remove(wasAbrupt: boolean): Promise<TakeDownFailure | undefined> {
  await endGroups();
  let failure = armed ? await takeDown(callEngine, config) : undefined;
  if (!wasAbrupt) return failure;
  await sleep(settleMilliseconds);
  if (armed) failure = await takeDown(callEngine, config);
  await removeInspected(callEngine, config.inspectionLabel);
  return failure;
}

/** Tells the user about the removal if it takes longer than Nx, after which the owner's output is not shown. */
async function announced(place: number, removal: Promise<TakeDownFailure | undefined>): Promise<void> {
  const { stack, downCommand } = config;
  const endAnnouncing = announceOnceNxEnds(place);
  const failure = await removal;
  if (!endAnnouncing()) return;
  writeLine(place, failure ? takeDownFailed(stack, failure.remaining, downCommand) : `${stack} stopped`);
}

/** Returns a function that ends the waiting for Nx, and returns whether Nx has ended before. */
function announceOnceNxEnds(place: number): () => boolean {
  const { nx, stack } = config;
  let isAnnounced = false;
  const timer = setInterval(() => {
    if (isAnnounced || nx === undefined || isRunning(nx)) return;
    isAnnounced = true;
    writeLine(place, `stopping ${stack}`);
  }, pollMilliseconds);
  return () => {
    clearInterval(timer);
    return isAnnounced;
  };
}

/** Ends the owner's programs. Otherwise they would continue to create containers. */
async function endGroups(): Promise<void> {
  const running = () => [...groups.values()].filter(({ pid }) => signal(-pid, 0));
  // The ID of a leader belongs to another process only if its whole group has ended.
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

/**
 * Runs the engine. Does not use the toolkit's `run`, whose programs end with the process that starts them.
 */
function callEngine(...[args]: Parameters<EngineCall>): ReturnType<EngineCall> {
  return new Promise((resolve) => {
    // A folder without Compose files.
    const child = spawn(config.engine, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
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
