import { utimesSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomOf } from '../../tools/campaign/campaign.ts';
import { descendantsOf, signal } from '../compose/processes.ts';
import { KilledWorkspace } from './killed-workspace.ts';

const actions = ['build', 'restore', 'check', 'generate', 'everything'] as const;
const victims = ['process group of nx', 'nx and all below it'] as const;
const variants = 3;

/** A kill during an action. */
export interface StateKill {
  readonly action: (typeof actions)[number];
  readonly victim: (typeof victims)[number];
  /** The variant of the sources. */
  readonly variant: number;
  /** The time, as a fraction of the action's duration. */
  readonly moment: number;
}

/** Returns the kill of an index. Adjacent kills differ in all properties. */
export function stateKill(index: number): StateKill {
  const pick = <Choice>(choices: readonly Choice[], purpose: string): Choice =>
    choices[Math.floor(randomOf(index, purpose) * choices.length)] as Choice;
  return {
    action: pick(actions, 'action'),
    victim: pick(victims, 'victim'),
    variant: Math.floor(randomOf(index, 'variant') * variants),
    moment: randomOf(index, 'moment'),
  };
}

const targets: Readonly<Record<StateKill['action'], string>> = {
  build: 'build',
  restore: 'build,generate',
  check: 'check,test',
  generate: 'generate',
  everything: 'build,check,test,generate',
};
/** The sources that change so that an action has work to do. */
const touched: Readonly<Record<StateKill['action'], readonly ('code' | 'description')[]>> = {
  build: ['code'],
  restore: [],
  check: ['code'],
  generate: ['description'],
  everything: ['code', 'description'],
};

/** After this time, temporary files of killed runs are removed: see the toolkit's `temporary.ts`. */
const abandonedSeconds = 25 * 3600;
/** The maximum number of temporary files and folders that one kill may leave. */
const leftoverLimit = 12;
/** The maximum number after any number of kills. */
const totalLimit = 30;

/**
 * Runs actions in a workspace with Rust, Go and a generated client, kills at one moment, and checks the
 * result of the next run.
 */
export class StateKiller {
  private readonly workspace = new KilledWorkspace();
  /** The results of a clean build of each variant, by path. */
  private readonly expected: ReadonlyMap<string, string>[] = [];
  /** The duration of each action, in milliseconds. */
  private readonly durations = new Map<StateKill['action'], number>();

  constructor() {
    this.write('everything', 0, 'first');
    const args = ['--spec=server/openapi.yaml', '--directory=clients/mill', '--module=example.org/mill'];
    this.workspace.mustRun(['generate', '@millwright/go:client', ...args]);
    this.workspace.commit();
    for (let variant = 0; variant < variants; variant++) {
      this.write('everything', variant, 'expected');
      this.workspace.mustRun(['reset']);
      this.workspace.discardResults();
      this.workspace.discardTarget();
      this.workspace.mustRun(['run-many', '-t', 'build,generate']);
      this.expected.push(this.workspace.results());
    }
  }

  close(): void {
    this.workspace.remove();
  }

  /**
   * @param nonce distinguishes the sources from those of other runs without affecting results
   * @returns a short description of what happened
   * @throws Error with the problem
   */
  async run({ action, victim, variant, moment }: StateKill, nonce: number): Promise<string> {
    const planned = moment * (await this.durationOf(action));
    this.prepare(action, variant, `case ${nonce}`);
    const started = performance.now();
    const running = this.workspace.start(targets[action]);
    await sleep(planned);
    const ended = running.exitCode !== null;
    const all = victim === 'nx and all below it' ? descendantsOf(running.pid ?? 0) : [];
    if (!ended) signal([-(running.pid ?? 0), ...all], 'SIGKILL');
    const after = ((performance.now() - started) / 1000).toFixed(1);
    const what = `${action}: ${ended ? 'ended' : `${victim} killed`} after ${after} s`;
    const leftovers = this.workspace.leftovers();
    if (leftovers.length > leftoverLimit) throw new Error(`${what}, left ${leftovers.join(', ')}`);
    for (const path of leftovers) utimesSync(path, new Date(0), Date.now() / 1000 - abandonedSeconds);
    this.verify(what, { action, variant }, 'the next run');
    this.workspace.discardResults();
    this.verify(what, { action, variant }, 'restoring');
    const left = this.workspace.leftovers();
    if (left.length > totalLimit) throw new Error(`${what}, left by all kills so far: ${left.join(', ')}`);
    return `${what}, ${leftovers.length} temporary files, next run right`;
  }

  private verify(
    what: string,
    { action, variant }: Pick<StateKill, 'action' | 'variant'>,
    when: string,
  ): void {
    const { status, output } = this.workspace.runTargets(`${targets[action]},build,generate`);
    if (status !== 0) throw new Error(`${what}, ${when} failed: ${output.slice(-3000)}`);
    const [found, expected] = [this.workspace.results(), this.expected[variant] ?? new Map<string, string>()];
    const wrong = [...new Set([...found.keys(), ...expected.keys()])].filter(
      (path) => found.get(path) !== expected.get(path),
    );
    if (wrong.length > 0) throw new Error(`${what}, ${when} left another ${wrong.join(', ')}`);
  }

  private prepare(action: StateKill['action'], variant: number, nonce: string): void {
    this.write(action, variant, nonce);
    if (action !== 'restore') return;
    const { status, output } = this.workspace.runTargets(targets.restore);
    if (status !== 0) throw new Error(`the run before the kill failed: ${output.slice(-3000)}`);
    this.workspace.discardResults();
  }

  /** Writes the sources. The nonce changes the action's inputs without changing its results. */
  private write(action: StateKill['action'], variant: number, nonce: string): void {
    const valueOf = (kind: 'code' | 'description') => (touched[action].includes(kind) ? nonce : 'expected');
    this.workspace.write({ variant, code: valueOf('code'), description: valueOf('description') });
  }

  private async durationOf(action: StateKill['action']): Promise<number> {
    const known = this.durations.get(action);
    if (known !== undefined) return known;
    this.prepare(action, 0, 'the time it takes');
    const started = performance.now();
    const running = this.workspace.start(targets[action]);
    while (running.exitCode === null) await sleep(10);
    if (running.exitCode !== 0) throw new Error(`${action} fails without a kill`);
    const duration = performance.now() - started;
    this.durations.set(action, duration);
    return duration;
  }
}
