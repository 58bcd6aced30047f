import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../tools/testing/random.ts';
import { leftovers } from './engine.ts';
import { checked, mill, MillWorkspace, type Running, service } from './mill.ts';
import { isolatedPlugins } from '../workspace.ts';
import { commandLineOf, descendantsOf, isAlive, processesNaming, signal } from './processes.ts';

const commands = ['up', 'watch', 'e2e'] as const;
const victims = [
  'nx',
  'executor',
  'nx and executor',
  'nx and all below it',
  'plugin workers',
  'reapers',
  'reaper and executor',
  'reaper, nx and executor',
] as const;

/** A kill during a command. */
export interface KillCase {
  readonly command: (typeof commands)[number];
  readonly victim: (typeof victims)[number];
  /** The time, as a fraction of slightly more than the command's startup time. */
  readonly moment: number;
}

/** How long a stack can take to be removed after a kill. */
const limitSeconds = 15;
/** How long a run has to replace killed reapers. */
const replaceMilliseconds = 3_000;

/** Returns the case of an index. Adjacent cases differ in all properties. */
export function killCase(index: number): KillCase {
  const pick = <Choice>(choices: readonly Choice[], purpose: string): Choice =>
    choices[Math.floor(randomOf(index, purpose) * choices.length)] as Choice;
  return {
    command: pick(commands, 'command'),
    victim: pick(victims, 'victim'),
    moment: randomOf(index, 'moment'),
  };
}

/**
 * Runs a stack, kills processes at one moment, and waits until nothing is left. @throws Error with the
 * remains
 */
export class Killer {
  private readonly workspace = new MillWorkspace({
    grinder: service('serve', [checked]),
    sifter: service('serve', ['depends_on: { grinder: { condition: service_healthy } }']),
    tests: service('serve', ['profiles: [e2e]']),
  });
  /** The startup time of each command, in milliseconds, until it was ready or its test had started. */
  private readonly durations = new Map<string, number>();

  constructor() {
    // Plugins run in separate processes, which is Nx's default.
    this.workspace.write('.env', '');
    const text = this.workspace.read('stack/compose.yaml');
    this.workspace.write(
      'stack/compose.yaml',
      text.replace('x-millwright:', 'x-millwright:\n  e2e: { service: tests }'),
    );
    this.workspace.place(mill());
  }

  close(): void {
    this.workspace.remove();
  }

  /** @returns a short description of what happened */
  async run({ command, victim, moment }: KillCase): Promise<string> {
    const planned = moment * 1.2 * (await this.durationOf(command));
    const started = performance.now();
    const running = this.workspace.run(
      ['run', `stack:${command}`],
      victim === 'plugin workers' ? isolatedPlugins : {},
    );
    await sleep(planned);
    const chosen = await this.untilThereIs(victim, running);
    const after = ((performance.now() - started) / 1000).toFixed(1);
    const executors = this.executorsOf(running);
    signal(chosen, 'SIGKILL');
    if (victim === 'reapers' || victim === 'plugin workers') {
      await sleep(replaceMilliseconds);
      executors.push(...this.executorsOf(running));
      signal([running.pid], 'SIGKILL');
    }
    const killed = performance.now();
    const left = await this.untilNothingIsLeft(executors, killed);
    const seconds = ((performance.now() - killed) / 1000).toFixed(1);
    // Remains must not affect the next case.
    signal([running.pid, ...executors], 'SIGKILL');
    const what = `${command}: ${victim} killed after ${after} s`;
    if (left.length === 0) return `${what}, nothing left after ${seconds} s`;
    throw new Error(`${what}, left after ${limitSeconds} s: ${left.join(', ')}`);
  }

  /** Returns the processes to kill. Waits until they exist. If they no longer will, returns Nx. */
  private async untilThereIs(victim: KillCase['victim'], running: Running): Promise<readonly number[]> {
    for (;;) {
      const below = descendantsOf(running.pid);
      const executors = this.executorsOf(running);
      const reapers = this.processesOfStack().filter((pid) => commandLineOf(pid).includes('reaper'));
      // The earlier one, because the other one waits for it.
      const reaper = reapers.slice(0, 1);
      const chosen: Readonly<Record<KillCase['victim'], readonly number[]>> = {
        nx: [running.pid],
        executor: executors,
        'nx and executor': [running.pid, ...executors],
        'nx and all below it': [running.pid, ...below],
        'plugin workers': below.filter((pid) => commandLineOf(pid).includes('plugin-worker')),
        reapers,
        'reaper and executor': reaper.length === 0 ? [] : [...reaper, ...executors],
        'reaper, nx and executor': reaper.length === 0 ? [] : [...reaper, running.pid, ...executors],
      };
      if (chosen[victim].length > 0) return chosen[victim];
      // Nx ends its plugin workers before the task starts.
      if (victim === 'plugin workers' && executors.length > 0) return [running.pid];
      if (running.status !== undefined) throw new Error(`it has ended: ${running.output}`);
      await sleep(10);
    }
  }

  private executorsOf(running: Running): number[] {
    return descendantsOf(running.pid).filter((pid) => commandLineOf(pid).includes('run-executor'));
  }

  private async untilNothingIsLeft(watched: readonly number[], started: number): Promise<string[]> {
    for (;;) {
      const processes = [...new Set([...watched, ...this.processesOfStack()])].filter(isAlive);
      const left = [
        ...leftovers(this.workspace.projectName),
        ...processes.map((pid) => `process ${pid} (${commandLineOf(pid).slice(0, 120)})`),
      ];
      if (left.length === 0 || performance.now() - started > limitSeconds * 1000) return left;
      await sleep(200);
    }
  }

  /** Returns the processes that name the stack: its reapers and Compose. */
  private processesOfStack(): number[] {
    return processesNaming(this.workspace.projectName);
  }

  private async durationOf(command: KillCase['command']): Promise<number> {
    const known = this.durations.get(command);
    if (known !== undefined) return known;
    const started = performance.now();
    const running = this.workspace.run(['run', `stack:${command}`]);
    await running.says(command === 'e2e' ? 'running the service tests' : 'Ctrl-C takes it down');
    const duration = performance.now() - started;
    await running.interrupt();
    const left = await this.untilNothingIsLeft([], performance.now());
    if (left.length > 0) throw new Error(`left after Ctrl-C: ${left.join(', ')}`);
    this.durations.set(command, duration);
    return duration;
  }
}
