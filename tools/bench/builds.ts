/**
 * Measures builds: each contender performs the same five steps with its own copy of the workspace, round by
 * round.
 */
import { execFileSync } from 'node:child_process';
import { type Absent, buildContenders, type Contender } from './contenders.ts';
import { benchEnvironment, lastLines, timed } from './run.ts';
import { Scratch } from './scratch.ts';
import { benchWorkspace, type BenchCrate, rootSource, rootSourceText } from './workspace.ts';

export const buildSteps = [
  'cold',
  'nothing changed',
  'one binary edited',
  'one library edited',
  'restored',
] as const;

export interface BuildSeries {
  readonly name: string;
  /** The seconds of each round, by step. */
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  /** The problems, by step: a failure, or missing or stale binaries. */
  readonly wrong: Readonly<Record<string, string>>;
}

const crateCount = 20;

/** Measures every contender. Those that cannot run are returned with the reason. */
export function measureBuilds(rounds: number, progress: (text: string) => void): (BuildSeries | Absent)[] {
  const workspace = benchWorkspace(crateCount);
  const contenders = buildContenders(workspace);
  const runs = contenders.map((contender) =>
    'why' in contender ? contender : new BuildRun(contender, workspace.crates, workspace.files),
  );
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const run of runs) {
        if (!(run instanceof BuildRun)) continue;
        progress(`builds, round ${round} of ${rounds}: ${run.name}`);
        run.round(round);
      }
    }
    return runs.map((run) => (run instanceof BuildRun ? run.series() : run));
  } finally {
    for (const run of runs) if (run instanceof BuildRun) run.scratch.remove();
  }
}

class BuildRun {
  readonly scratch: Scratch;
  private readonly contender: Contender;
  private readonly env: NodeJS.ProcessEnv;
  private readonly seconds: Record<string, number[]> = {};
  private readonly wrong: Record<string, string> = {};
  private readonly binaries: readonly BenchCrate[];
  private readonly library: BenchCrate;
  private readonly binary: BenchCrate;

  constructor(contender: Contender, crates: readonly BenchCrate[], files: Readonly<Record<string, string>>) {
    this.contender = contender;
    this.scratch = new Scratch({ ...files, ...contender.files }, contender.modules);
    this.env = benchEnvironment(contender.daemon);
    this.binaries = crates.filter(({ isBinary }) => isBinary);
    const [library, binary] = [crates[0], this.binaries[0]];
    if (!library || !binary) throw new Error('the workspace has no crates');
    this.library = library;
    this.binary = binary;
  }

  get name(): string {
    return this.contender.name;
  }

  series(): BuildSeries {
    return { name: this.name, seconds: this.seconds, wrong: this.wrong };
  }

  round(round: number): void {
    const { results, memory } = this.contender;
    const edition = (crate: BenchCrate, value: number) => {
      this.scratch.write(rootSource(crate), rootSourceText(crate, value));
    };
    this.stopDaemon();
    this.scratch.delete([...results, ...memory]);
    edition(this.binary, 0);
    edition(this.library, 0);
    const before = this.step('cold', (prints) => prints.every(([own]) => own === 0));
    this.step('nothing changed', (prints) => String(prints) === String(before));
    edition(this.binary, round);
    const edited = this.step(
      'one binary edited',
      (prints) => prints.filter(([own]) => own === round).length === 1,
    );
    edition(this.library, round);
    // Every binary prints the sum of the editions of its libraries.
    const after = this.step('one library edited', (prints) =>
      prints.some(([, sum], index) => (sum ?? 0) > (edited[index]?.[1] ?? 0)),
    );
    this.scratch.delete(results);
    this.step('restored', (prints) => String(prints) === String(after));
    this.stopDaemon();
  }

  /** Runs the contender once, and checks the output of its binaries. */
  private step(name: (typeof buildSteps)[number], holds: (prints: number[][]) => boolean): number[][] {
    const { seconds, failed, output } = timed(this.contender.command, this.scratch.folder, this.env);
    (this.seconds[name] ??= []).push(seconds);
    const prints = this.binaries.map((crate) => this.printed(crate));
    if (failed) this.wrong[name] = `failed: ${lastLines(output)}`;
    else if (prints.some((print) => print.length === 0)) this.wrong[name] = 'binaries are missing';
    else if (!holds(prints)) this.wrong[name] = 'binaries are stale';
    return prints;
  }

  private printed(crate: BenchCrate): number[] {
    try {
      const path = this.scratch.path(this.contender.binaryOf(crate));
      return execFileSync(path, { encoding: 'utf8' }).trim().split(' ').map(Number);
    } catch {
      return [];
    }
  }

  private stopDaemon(): void {
    const { nx, daemon } = this.contender;
    if (nx !== undefined && daemon) timed([nx, 'daemon', '--stop'], this.scratch.folder, this.env);
  }
}
