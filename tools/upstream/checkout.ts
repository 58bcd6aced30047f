import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { nxEnvironment, repository } from '../../e2e/workspace.ts';

/** A workspace around upstream sources, in a folder that outlasts the run. */
export interface UpstreamWorkspace {
  readonly folder: string;
  /** The sources, relative to the workspace. */
  readonly sources: string;
}

/** The outcome of a command of Nx. */
export interface NxOutcome {
  readonly output: string;
  readonly seconds: number;
}

/** Returns the folder that contains the checkouts. */
export function checkouts(): string {
  const folder = process.env.MILLWRIGHT_UPSTREAM;
  if (folder === undefined) throw new Error('MILLWRIGHT_UPSTREAM is not set');
  return folder;
}

/**
 * Returns a bare Nx workspace with a copy of a checkout as a submodule below third_party, and creates it if it does not
 * exist yet.
 * @param checkout the name of the checkout's folder
 * @param plugins the plugins in nx.json
 */
export function workspaceOf(name: string, checkout: string, plugins: readonly unknown[]): UpstreamWorkspace {
  const folder = join(checkouts(), 'workspaces', name);
  const sources = `third_party/${checkout.replace(/-[\d.]+$/, '')}`;
  const from = join(checkouts(), checkout);
  if (!existsSync(from)) throw new Error(`there is no checkout ${from}`);
  if (existsSync(join(folder, sources))) return { folder, sources };
  mkdirSync(join(folder, dirname(sources)), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'nx.json'), JSON.stringify({ analytics: false, plugins }));
  writeFileSync(join(folder, 'package.json'), '{"name":"upstream","private":true}');
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.nx\n/artifacts\ntarget\n');
  writeFileSync(
    join(folder, '.gitmodules'),
    `[submodule "${sources}"]\n\tpath = ${sources}\n\turl = ${from}\n`,
  );
  copySources(from, join(folder, sources));
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder);
  return { folder, sources };
}

/** Copies sources with their git folder, but without build outputs. */
export function copySources(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => basename(path) !== 'target',
    verbatimSymlinks: true,
  });
}

/** Removes a workspace. */
export function removeWorkspace({ folder }: UpstreamWorkspace): void {
  rmSync(folder, { recursive: true, force: true });
}

export function git(folder: string, ...args: string[]): string {
  const settings = [
    ...['-c', 'user.name=Test', '-c', 'user.email=test@example.org'],
    ...['-c', 'advice.addEmbeddedRepo=false'],
  ];
  return execFileSync('git', [...settings, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}

export function commit(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'A state');
}

/** Runs Nx in a workspace. @throws Error with the last lines of its output, if it fails */
export function nx(
  { folder }: Pick<UpstreamWorkspace, 'folder'>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): NxOutcome {
  const { status, output, seconds } = tryNx({ folder }, args, env);
  if (status === 0) return { output, seconds };
  throw new Error(`nx ${args.join(' ')} ended with ${status ?? 'a signal'}: ${output.slice(-1_500)}`);
}

/** Runs Nx in a workspace, which may fail. */
export function tryNx(
  { folder }: Pick<UpstreamWorkspace, 'folder'>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): NxOutcome & { readonly status: number | null } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(join(repository, 'node_modules/.bin/nx'), args, {
    cwd: folder,
    // With the user's compiler cache, as a user builds.
    env: nxEnvironment({ RUSTC_WRAPPER: undefined, ...env }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, output: stdout + stderr, seconds: (performance.now() - started) / 1_000 };
}
