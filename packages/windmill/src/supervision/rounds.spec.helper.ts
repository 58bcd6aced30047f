import { execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWithVariable } from '@millwright/toolkit/reaper';
import { createEngine } from '../engine/create-engine.js';
import type { WorkflowEngine } from '../engine/types.js';
import type { Logger } from '../observability/logger.js';
import { dist, password, type StandIn } from './compiled-stand-in.spec.helper.js';
import { markerVariable } from './process-tree.js';

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What may happen to a supervised server, in the order of the rounds. */
export const scenarios = [
  'start and stop',
  'late migration',
  'drain',
  'ignores SIGTERM',
  'job at the deadline',
  'crash',
  'engine killed',
  'engine and reaper apart',
  'port taken',
  'database down',
  'disk full',
  'failed migration',
] as const;
export type Scenario = (typeof scenarios)[number];

const codes: Readonly<Partial<Record<Scenario, string>>> = {
  'port taken': 'SERVER_PORT_TAKEN',
  'database down': 'DATABASE_UNREACHABLE',
  'disk full': 'SERVER_DISK_FULL',
  'failed migration': 'MIGRATION_FAILED',
};

/**
 * Runs one round: starts a server, lets something happen to it, and waits until nothing is left.
 * @param index decides the scenario, and how long a job sleeps
 * @param pause milliseconds before the event
 * @throws Error if something is left, or the event had another result than expected
 */
export async function runRound(standIn: StandIn, index: number, pause: number): Promise<string> {
  const scenario = scenarios[index % scenarios.length] ?? 'start and stop';
  const seconds = 100_000 + (process.pid % 10_000) * 10 + index;
  const port = await freePort();
  const log: string[] = [];
  const round = { standIn, port, seconds, pause, log, logger: collect(log) };
  const detail = await play(scenario, round);
  const secret = log.find((line) => line.includes(password) || /SUPERADMIN_SECRET":"(?!\*)/.test(line));
  if (secret !== undefined) throw new Error(`a secret is in the log: ${secret}`);
  await nothingLeft(standIn, seconds);
  return `${scenario}: ${detail}`;
}

interface Round {
  readonly standIn: StandIn;
  readonly port: number;
  readonly seconds: number;
  readonly pause: number;
  readonly log: readonly string[];
  readonly logger: Logger;
}

async function play(scenario: Scenario, round: Round): Promise<string> {
  const { standIn, port, seconds, pause, logger } = round;
  const code = codes[scenario];
  if (code !== undefined) return refused(scenario, round, code);
  if (scenario === 'engine killed' || scenario === 'engine and reaper apart') return killed(round, scenario);
  const engine = createEngine(standIn.config(port, scenario), { logger, environment: {} });
  await engine.start();
  switch (scenario) {
    case 'drain': {
      const run = await engine.executions.preview({ language: 'bash', content: 'sleep 0.5' });
      await jobRuns(engine, run.id);
      const [result] = await Promise.all([run.result(), engine.stop({ deadline: 60 })]);
      if (result !== 'done') throw new Error(`the job ended with ${JSON.stringify(result)}`);
      return 'the running job finished';
    }
    case 'late migration': {
      const lines = round.log.filter((line) => /v2 final|Windmill is ready/.test(line));
      if (lines.length !== 3 || !lines[2]?.includes('Windmill is ready'))
        throw new Error(`ready before the migration has ended: ${lines.join('\n')}`);
      await engine.stop({ deadline: 60 });
      return 'ready after the migration';
    }
    case 'ignores SIGTERM':
      await sleep(pause);
      await engine.stop({ deadline: 0.2 });
      return 'killed at the deadline';
    case 'job at the deadline': {
      const run = await engine.executions.preview({ language: 'bash', content: `sleep ${seconds}` });
      await jobRuns(engine, run.id);
      await sleep(pause);
      await engine.stop({ deadline: 0.2 });
      return 'killed at the deadline';
    }
    case 'crash': {
      const sleeper = await engine.executions.preview({
        language: 'bash',
        content: `sleep ${seconds} & wait`,
      });
      await jobRuns(engine, sleeper.id);
      await engine.executions.preview({ language: 'bash', content: 'crash' });
      while (!round.log.some((line) => line.includes('Windmill ended'))) await sleep(20);
      await sleep(pause);
      await engine.workspaces.create('main').catch(() => undefined);
      const run = await engine.executions.preview({ language: 'bash', content: 'true' });
      const result = await run.result();
      await engine.stop({ deadline: 60 });
      return `restarted, then ${JSON.stringify(result)}`;
    }
    default:
      await engine.stop({ deadline: 60 });
      return 'ready, then stopped';
  }
}

/** A server that must not start. */
async function refused(scenario: Scenario, { standIn, port, logger }: Round, code: string): Promise<string> {
  const blocker: Server | undefined =
    scenario === 'port taken' ? createServer().listen(port, '127.0.0.1') : undefined;
  const engine = createEngine(standIn.config(port, scenario), { logger, environment: {} });
  const error = await engine.start().then(
    () => undefined,
    (thrown: unknown) => thrown as { readonly code?: string },
  );
  await engine.stop();
  blocker?.close();
  if (error?.code !== code) throw new Error(`expected ${code}, got ${error?.code ?? 'no error'}`);
  return code;
}

/** Kills the process of an engine; in the second form its reaper dies some seconds before, and is replaced. */
async function killed({ standIn, port, seconds, pause }: Round, scenario: Scenario): Promise<string> {
  const module = JSON.stringify(join(dist, 'index.js'));
  const program = `
    import { createEngine } from ${module};
    const engine = createEngine(${JSON.stringify(standIn.config(port))}, { environment: {} });
    await engine.start();
    const run = await engine.executions.preview({ language: 'bash', content: 'sleep ${seconds}' });
    while ((await run.status()).state !== 'running');
    console.log('running');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  if (scenario === 'engine and reaper apart') {
    const [marker] = processesWithVariable('STAND_IN_FOLDER', standIn.folder);
    if (marker === undefined) throw new Error('the server is not running');
    for (const pid of reapersOf(standIn)) process.kill(pid, 'SIGKILL');
    while (reapersOf(standIn).length === 0) await sleep(50);
  }
  await sleep(pause);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  return 'killed with a running job';
}

/** Reapers know their server by its marker. */
function reapersOf(standIn: StandIn): number[] {
  const markers = new Set(
    processesWithVariable('STAND_IN_FOLDER', standIn.folder).map(({ pid }) =>
      variableOf(pid, markerVariable),
    ),
  );
  return [...markers].flatMap((marker) => {
    try {
      const found = execFileSync('pgrep', ['-f', `reaper.js .*${marker}`], { encoding: 'utf8' });
      return found.trim().split('\n').map(Number);
    } catch {
      return [];
    }
  });
}

function variableOf(pid: number, name: string): string {
  const environment = execFileSync('cat', [`/proc/${pid}/environ`], { encoding: 'utf8' }).split('\0');
  return environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? 'none';
}

async function jobRuns(engine: WorkflowEngine, id: string): Promise<void> {
  for await (const line of engine.executions.attach(id).logs()) if (line === 'started') return;
}

/** Waits until all processes are gone; fails if one survives for longer than any grace period. */
async function nothingLeft(standIn: StandIn, seconds: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const left = standIn.left(seconds);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`left: ${left.join(', ')}`);
    await sleep(50);
  }
}

function collect(lines: string[]): Logger {
  const write = (fields: object, message: string) => {
    lines.push(`${JSON.stringify(fields)} ${message}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}
