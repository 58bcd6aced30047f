/**
 * A program that behaves as a Windmill server does at its borders: environment, port, log, signals, jobs in process groups of
 * their own. Behind them is the simulation. Its faults are named in the variable STAND_IN. Run from `dist`.
 */
import { spawn } from 'node:child_process';
import { systemClock } from '../clock/clock.js';
import type { RunContext } from '../simulation/jobs/runners.js';
import { listen } from '../simulation/listen.js';
import { createSimulation } from '../simulation/simulation.js';

const {
  STAND_IN: fault = '',
  PORT = '8000',
  SUPERADMIN_SECRET: secret = '',
  NUM_WORKERS = '1',
} = process.env;

/** What upstream's binary prints in these cases. */
const failures: Readonly<Record<string, string>> = {
  'database down':
    'Error: error communicating with database: Connection refused (os error 111)\n\nCaused by:\n    Connection refused',
  'disk full': 'Error: could not extend file "base/5/1259": No space left on device',
  'failed migration':
    'Error: while executing migrations: migration 20240101 was previously applied but is missing',
  'other error': 'thread main panicked at src/main.rs:1:1: something else',
};

const failure = failures[fault];
if (failure !== undefined) {
  console.error(failure);
  process.exit(1);
}

console.log('Connecting to database...');
tell('INFO', `environment: ${JSON.stringify(process.env)}`);

if (fault === 'late migration')
  tell('INFO', 'Waiting for all workers to be at least version 1.461 before applying v2 finalize migration');

const running = new Set<Promise<unknown>>();

/** Runs a job as a program in a process group of its own, without the server's environment. */
function bash(_: unknown, { code, log }: RunContext): Promise<string> {
  if (code.content === 'crash') process.kill(process.pid, 'SIGKILL');
  const child = spawn('bash', ['-c', `set -m; ( ${code.content} ) & wait $!`], { env: {}, stdio: 'pipe' });
  log('started\n');
  const ended = new Promise<string>((resolve) => {
    child.once('exit', () => {
      resolve('done');
    });
  });
  running.add(ended);
  void ended.then(() => running.delete(ended));
  return ended;
}

const simulation = createSimulation({
  clock: systemClock,
  secret,
  workers: Number(NUM_WORKERS),
  languages: { bash },
});
const server = await listen(simulation, Number(PORT));
tell('INFO', 'server started');
if (fault === 'late migration') {
  // Until the server has been asked several times.
  await systemClock.sleep(500);
  tell('INFO', 'v2 finalization step successfully applied.');
}

process.on('SIGTERM', () => {
  if (fault === 'ignores SIGTERM') return;
  // The workers finish what they run, without limit.
  void Promise.all(running)
    .then(() => systemClock.sleep(100))
    .then(() => server.close())
    .then(() => process.exit(0));
});

/** A line as Windmill's logger writes it. */
function tell(level: string, message: string): void {
  console.log(JSON.stringify({ timestamp: new Date().toISOString(), level, message, target: 'windmill' }));
}
