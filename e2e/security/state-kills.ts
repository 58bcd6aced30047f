import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from 'node:child_process';
import { descendantsOf, signal } from '../compose/processes.ts';
import { isolatedPlugins, manifest, Workspace } from '../workspace.ts';
import { type StateKill, targets, touched, variants } from './state-kill.ts';

/** After this time, temporary files of killed runs are removed: see the toolkit's `temporary.ts`. */
const abandonedSeconds = 25 * 3600;
/** The maximum number of temporary files and folders that one kill may leave. */
const leftoverLimit = 12;
/** The maximum number after any number of kills. */
const totalLimit = 30;
const client = 'clients/mill/api/mill.gen.go';

const openapi = (variant: number) => `openapi: 3.0.3
info: { title: Mill, version: "1" }
paths:
  /sacks:
    get:
      operationId: listSacks${variant}
      responses: { "200": { description: ok } }
`;

/**
 * Runs actions in a workspace with Rust, Go and a generated client, kills at one moment, and checks the
 * result of the next run.
 */
export class StateKiller {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'kills-'));
  private readonly workspace: Workspace;
  private readonly environment: Readonly<Record<string, string>>;
  /** The results of a clean build of each variant, by path. */
  private readonly expected: ReadonlyMap<string, string>[] = [];
  /** The duration of each action, in milliseconds. */
  private readonly durations = new Map<StateKill['action'], number>();

  constructor() {
    const goCache = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim();
    const temporary = join(this.scratch, 'tmp');
    mkdirSync(temporary);
    // A separate cache and temporary folder, in which leftovers can be counted.
    this.environment = { XDG_CACHE_HOME: join(this.scratch, 'cache'), GOCACHE: goCache, TMPDIR: temporary };
    const platforms = ['linux/amd64'];
    this.workspace = new Workspace(
      {
        'Cargo.toml': '[workspace]\nmembers = ["app", "base"]\nresolver = "2"\n',
        'app/Cargo.toml': manifest('app', '[dependencies]\nbase = { path = "../base" }\n'),
        'app/src/main.rs': 'fn main() { println!("{}", base::VARIANT); }\n',
        'base/Cargo.toml': manifest('base'),
        'base/src/lib.rs': '',
        'hello/go.mod': 'module example.org/hello\n\ngo 1.25\n',
        'hello/main.go': '',
        // Go's build ID distinguishes sources that differ only in comments.
        'hello/project.json': '{"targets":{"build-linux-amd64":{"options":{"ldflags":"-buildid="}}}}',
        'hello/main_test.go': 'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n',
        'server/project.json': '{"name":"server"}',
        'server/openapi.yaml': openapi(0),
      },
      undefined,
      undefined,
      [
        { plugin: '@millwright/cargo', options: { platforms } },
        { plugin: '@millwright/go', options: { platforms } },
      ],
    );
    this.write('everything', 0, 'first');
    const args = ['--spec=server/openapi.yaml', '--directory=clients/mill', '--module=example.org/mill'];
    this.mustRun(['generate', '@millwright/go:client', ...args]);
    this.workspace.commit();
    for (let variant = 0; variant < variants; variant++) {
      this.write('everything', variant, 'expected');
      this.mustRun(['reset']);
      this.discardResults();
      rmSync(this.workspace.path('target'), { recursive: true, force: true });
      this.mustRun(['run-many', '-t', 'build,generate']);
      this.expected.push(this.results());
    }
  }

  close(): void {
    this.workspace.remove();
    rmSync(this.scratch, { recursive: true, force: true });
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
    const running = this.start(action);
    await sleep(planned);
    const ended = running.exitCode !== null;
    const all = victim === 'nx and all below it' ? descendantsOf(running.pid ?? 0) : [];
    if (!ended) signal([-(running.pid ?? 0), ...all], 'SIGKILL');
    const after = ((performance.now() - started) / 1000).toFixed(1);
    const what = `${action}: ${ended ? 'ended' : `${victim} killed`} after ${after} s`;
    const leftovers = this.leftovers();
    if (leftovers.length > leftoverLimit) throw new Error(`${what}, left ${leftovers.join(', ')}`);
    for (const path of leftovers) utimesSync(path, new Date(0), Date.now() / 1000 - abandonedSeconds);
    this.verify(what, { action, variant }, 'the next run');
    this.discardResults();
    this.verify(what, { action, variant }, 'restoring');
    const left = this.leftovers();
    if (left.length > totalLimit) throw new Error(`${what}, left by all kills so far: ${left.join(', ')}`);
    return `${what}, ${leftovers.length} temporary files, next run right`;
  }

  private verify(
    what: string,
    { action, variant }: Pick<StateKill, 'action' | 'variant'>,
    when: string,
  ): void {
    const { status, output } = this.runTargets(`${targets[action]},build,generate`);
    if (status !== 0) throw new Error(`${what}, ${when} failed: ${output.slice(-3000)}`);
    const [found, expected] = [this.results(), this.expected[variant] ?? new Map<string, string>()];
    const wrong = [...new Set([...found.keys(), ...expected.keys()])].filter(
      (path) => found.get(path) !== expected.get(path),
    );
    if (wrong.length > 0) throw new Error(`${what}, ${when} left another ${wrong.join(', ')}`);
  }

  private prepare(action: StateKill['action'], variant: number, nonce: string): void {
    this.write(action, variant, nonce);
    if (action !== 'restore') return;
    const { status, output } = this.runTargets(targets.restore);
    if (status !== 0) throw new Error(`the run before the kill failed: ${output.slice(-3000)}`);
    this.discardResults();
  }

  /** Writes the sources. The nonce changes the action's inputs without changing its results. */
  private write(action: StateKill['action'], variant: number, nonce: string): void {
    const [code, description] = (['code', 'description'] as const).map((kind) =>
      touched[action].includes(kind) ? nonce : 'expected',
    );
    this.workspace.write('base/src/lib.rs', `pub const VARIANT: u32 = ${variant};\n// ${code ?? ''}\n`);
    this.workspace.write(
      'hello/main.go',
      `package main\n\nfunc main() { println(${variant}) }\n\n// ${code ?? ''}\n`,
    );
    this.workspace.write('server/openapi.yaml', `${openapi(variant)}# ${description ?? ''}\n`);
  }

  private discardResults(): void {
    for (const path of ['artifacts', client]) {
      rmSync(this.workspace.path(path), { recursive: true, force: true });
    }
  }

  /**
   * Returns the digests of all outputs, except those that differ between builds, which must be complete
   * JSON.
   */
  private results(): Map<string, string> {
    const artifacts = filesBelow(this.workspace.path('artifacts')).filter((path) => !isTemporary(path));
    const found = new Map<string, string>();
    for (const path of [...artifacts, this.workspace.path(client)]) {
      const name = relative(this.workspace.folder, path);
      const bytes = readFileSync(path);
      if (name.endsWith('.metrics.json')) JSON.parse(bytes.toString());
      else if (!name.endsWith('.lock')) found.set(name, digest(bytes));
    }
    return found;
  }

  /** Returns Millwright's temporary files and folders, without the contents of such folders. */
  private leftovers(): string[] {
    const places = ['artifacts', 'clients', 'target', '.nx'].map((path) => this.workspace.path(path));
    const inFolders = [...places, join(this.scratch, 'cache')].flatMap(filesBelow).filter(isTemporary);
    const temporary = readdirSync(join(this.scratch, 'tmp')).filter((name) => name.startsWith('millwright-'));
    return [...inFolders, ...temporary.map((name) => join(this.scratch, 'tmp', name))];
  }

  private start(action: StateKill['action']) {
    return this.workspace.start(['run-many', '-t', targets[action]], {
      ...this.environment,
      ...isolatedPlugins,
    });
  }

  private async durationOf(action: StateKill['action']): Promise<number> {
    const known = this.durations.get(action);
    if (known !== undefined) return known;
    this.prepare(action, 0, 'the time it takes');
    const started = performance.now();
    const running = this.start(action);
    while (running.exitCode === null) await sleep(10);
    if (running.exitCode !== 0) throw new Error(`${action} fails without a kill`);
    const duration = performance.now() - started;
    this.durations.set(action, duration);
    return duration;
  }

  private runTargets(names: string) {
    return this.workspace.nx(['run-many', '-t', names], this.environment);
  }

  private mustRun(args: readonly string[]): void {
    const { status, output } = this.workspace.nx(args, this.environment);
    if (status !== 0) throw new Error(`nx ${args.join(' ')} failed: ${output}`);
  }
}

function isTemporary(path: string): boolean {
  return path.endsWith('.tmp');
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  } catch {
    return [];
  }
}
