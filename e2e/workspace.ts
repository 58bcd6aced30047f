import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The root folder of this repository. */
export const repository = join(import.meta.dirname, '..');

/** Whether rustup selects the toolchain, as on most machines. Debian's Rust has none. */
export const hasRustup = spawnSync('rustup', ['--version'], { stdio: 'ignore' }).status === 0;

/** Returns the path of the compiler itself, not of rustup's launcher. */
export function realRustc(): string {
  const sysroot = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim();
  return join(sysroot, 'bin/rustc');
}

export interface NxResult {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A small real workspace with Nx, git and our plugins, in its own folder. */
export class Workspace {
  readonly folder: string;

  /** @param prepare changes the folder before the first commit, for example by creating links */
  constructor(
    files: Readonly<Record<string, string>>,
    pluginOptions: unknown = { platforms: ['linux/amd64'] },
    prepare?: (folder: string) => void,
    plugins: readonly unknown[] = [{ plugin: '@millwright/cargo', options: pluginOptions }],
  ) {
    this.folder = mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
    symlinkSync(join(repository, 'node_modules'), join(this.folder, 'node_modules'));
    const nxJson = { analytics: false, plugins };
    this.write('nx.json', JSON.stringify(nxJson));
    this.write('package.json', '{"name":"small","private":true}');
    this.write('.gitignore', 'node_modules\n.nx\n/artifacts\ntarget\n');
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    prepare?.(this.folder);
    // With a lock file, as in repositories of binaries.
    if ('Cargo.toml' in files)
      execFileSync('cargo', ['generate-lockfile', '--offline'], { cwd: this.folder, stdio: 'ignore' });
    this.git('init', '--quiet', '--initial-branch=main');
    this.commit();
  }

  /** A clone of the last commit, in its own folder. */
  clone(): Workspace {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
    execFileSync('git', ['clone', '--quiet', this.folder, folder]);
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    return Object.assign(Object.create(Workspace.prototype) as Workspace, { folder });
  }

  /** A git worktree at the last commit, in its own folder. */
  worktree(): Workspace {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
    this.git('worktree', 'add', '--quiet', '--force', '--detach', folder);
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    return Object.assign(Object.create(Workspace.prototype) as Workspace, { folder });
  }

  /** The unique name of the workspace's folder. */
  get name(): string {
    return basename(this.folder);
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Copies the artifacts to a folder of Nx's, outside the repository's content. Returns a function that puts them back. */
  keepArtifacts(): () => void {
    const [artifacts, kept] = [this.path('artifacts'), this.path('.nx/kept-artifacts')];
    cpSync(artifacts, kept, { recursive: true });
    return () => {
      rmSync(artifacts, { recursive: true, force: true });
      cpSync(kept, artifacts, { recursive: true });
    };
  }

  delete(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  git(...args: string[]): string {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
    return execFileSync('git', [...identity, ...args], { cwd: this.folder, encoding: 'utf8' });
  }

  cargo(...args: string[]): void {
    this.cargoWith({}, ...args);
  }

  cargoWith(env: Readonly<Record<string, string | undefined>>, ...args: string[]): void {
    execFileSync('cargo', args, { cwd: this.folder, env: { ...process.env, ...env }, stdio: 'pipe' });
  }

  commit(): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'A state');
  }

  /** @param env variables to add; undefined removes one */
  nx(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): NxResult {
    const { status, stdout, stderr } = this.nxApart(args, env);
    return { status, output: stdout + stderr };
  }

  /** Like `nx`, with separate standard output and standard error. */
  nxApart(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
    return spawnSync(join(repository, 'node_modules/.bin/nx'), args, {
      cwd: this.folder,
      env: nxEnvironment({ ...reportVariable(), ...env }),
      encoding: 'utf8',
    });
  }

  /** Starts Nx in its own process group, as a terminal would. */
  start(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): ChildProcess {
    return spawn(join(repository, 'node_modules/.bin/nx'), args, {
      cwd: this.folder,
      env: nxEnvironment(env),
      stdio: 'ignore',
      detached: true,
    });
  }

  /** Starts Nx and collects its output. */
  startAndRead(args: readonly string[]): {
    readonly end: Promise<{ readonly ok: boolean; readonly output: string }>;
    hasEnded(): boolean;
  } {
    const child = spawn(join(repository, 'node_modules/.bin/nx'), args, {
      cwd: this.folder,
      env: nxEnvironment({}),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    }
    const end = new Promise<{ ok: boolean; output: string }>((resolve) => {
      child.on('close', (code) => {
        resolve({ ok: code === 0, output });
      });
    });
    return { end, hasEnded: () => child.exitCode !== null };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The environment of a fresh Nx, with variables added; undefined removes one. */
export function nxEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NX_|VITEST|MILLWRIGHT_)/.test(name)),
  );
  return {
    ...own,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    // Halves the duration of an Nx run.
    NX_ISOLATE_PLUGINS: 'false',
    FORCE_COLOR: '0',
    // Only tests of sccache use it, because it is not installed everywhere.
    RUSTC_WRAPPER: '',
    ...env,
  };
}

/** Runs each plugin in its own process, which is the default of Nx. */
export const isolatedPlugins = { NX_ISOLATE_PLUGINS: 'true' };

/** The environment variable that makes Nx write a report of its tasks to a file that only this run uses. */
export function reportVariable(): { readonly NX_PROFILE: string } {
  return { NX_PROFILE: `.nx/reports/${randomUUID()}.json` };
}

const outcomeOf: Readonly<Record<string, string>> = {
  success: 'built',
  failure: 'failed',
  'local-cache': 'cached',
  'local-cache-kept-existing': 'cached',
  'remote-cache': 'cached',
};

/**
 * Returns the outcome of each task of a run, from Nx's own report: `built`, `cached` or `failed`. Skipped tasks are
 * omitted.
 * @param output the output of `Workspace.nx`, or of an Nx with `reportVariable()`, which contains the report's path
 */
export function outcomes(output: string): Record<string, string> {
  const path = /^Performance Profile: (.+)$/m.exec(output)?.[1];
  if (path === undefined) throw new Error(`no report of tasks in:\n${output}`);
  const events = JSON.parse(readFileSync(path, 'utf8')) as { name: string; args: { status?: string } }[];
  return Object.fromEntries(
    events.flatMap(({ name, args: { status } }) => {
      const outcome = outcomeOf[status ?? ''];
      return outcome === undefined ? [] : [[name, outcome]];
    }),
  );
}

export function manifest(name: string, rest = ''): string {
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;
}
