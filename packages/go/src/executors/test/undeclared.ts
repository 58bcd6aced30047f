import { realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { runGit, statOf, type UndeclaredInput } from '@millwright/toolkit';
import { goVariables, taskVariables } from '../../toolchain/task-variables.js';
import type { DeclaredInputs } from '../../go-cli/declared-inputs.js';
import type { TestReads } from './test-log.js';

type Read = Pick<UndeclaredInput, 'kind' | 'name'>;

export interface TestRun {
  /** The absolute path of the Nx workspace. */
  readonly workspaceRoot: string;
  /** The absolute path of the module. */
  readonly folder: string;
  readonly declared: DeclaredInputs;
  /** Variables that the task's options and `.env` files set. The task declares both. */
  readonly set: ReadonlySet<string>;
  /** The start of the tests, in milliseconds. Later files were written by the tests. */
  readonly started: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns what tests read without a declaration in their task. */
export async function undeclaredReads(reads: TestReads, run: TestRun): Promise<Read[]> {
  const variables = [...reads.variables].filter(
    (name) => !isMachineVariable(name) && !run.set.has(name) && !run.declared.hasVariable(name),
  );
  const inputs: Read[] = [
    ...variables.map((name) => ({ kind: 'variable' as const, name })),
    ...(await withoutDeclared(
      [...pathReads(reads.opened, run, true), ...pathReads(reads.checked, run, false)],
      run,
    )),
  ];
  return [...new Map(inputs.map((input) => [`${input.kind} ${input.name}`, input])).values()];
}

/**
 * Returns true for variables with machine paths and terminal settings, and those that Nx and go set for a
 * task. The files that they refer to appear in the log themselves.
 */
function isMachineVariable(name: string): boolean {
  return (
    /^(PATH|HOME|PWD|TMPDIR|TMP|TEMP|USER|LOGNAME|USERPROFILE|TERM|COLORTERM|FORCE_COLOR|NO_COLOR)$/.test(
      name,
    ) ||
    /^(NX_|MILLWRIGHT_|LERNA_)/.test(name) ||
    /^GO(ROOT|PATH|CACHE|MODCACHE|BIN|TMPDIR|ENV|OS|ARCH|PROXY|SUMDB|PRIVATE|COVERDIR)$/.test(name) ||
    goVariables.test(name)
  );
}

function pathReads(paths: ReadonlySet<string>, run: TestRun, wasOpened: boolean): Read[] {
  const { workspaceRoot } = run;
  const realRoot = realpathSync.native(workspaceRoot);
  const ignored = machineFolders(run.env);
  return [...paths].flatMap((path): Read[] => {
    const stat = statOf(path);
    const real = realPathOf(path);
    const name = within(real, realRoot);
    if (name === undefined && ignored.some((folder) => within(real, folder) !== undefined)) return [];
    const segments = (name ?? '').split('/');
    if (segments[0] === '.nx') return [];
    const git = segments.indexOf('.git');
    if (git >= 0) return [{ kind: 'git', name: segments.slice(0, git).join('/') || '.' }];
    if (stat?.isDirectory()) {
      if (!wasOpened || stat.mtimeMs >= run.started) return [];
      return [{ kind: 'names', name: name ?? real }];
    }
    if (stat && stat.mtimeMs >= run.started) return [];
    return [{ kind: 'path', name: name ?? real }];
  });
}

/** Returns folders that belong to the machine, the toolchain or locked modules, or that are temporary. */
function machineFolders(env: TestRun['env']): string[] {
  const home = homedir();
  const configured = [
    env.GOROOT,
    env.GOMODCACHE,
    env.GOCACHE,
    env.GOPATH,
    dirname(dirname(env[taskVariables.program] ?? '')),
  ];
  return [
    ...[
      '/proc',
      '/sys',
      '/dev',
      '/run',
      '/etc',
      '/usr',
      '/bin',
      '/sbin',
      '/lib',
      '/lib64',
      '/var',
      '/private/var',
    ],
    ...[
      '/System',
      '/Library',
      tmpdir(),
      '/tmp',
      join(home, 'go'),
      join(home, '.cache'),
      join(home, 'Library'),
    ],
    ...configured.filter((folder) => folder !== undefined && folder.length > 1),
  ].map((folder) => realPathOf(folder ?? ''));
}

/** Resolves the symbolic links in a path, as far as it exists. */
function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPathOf(above), path.slice(above.length));
  }
}

/** Returns the path relative to a folder with forward slashes, or undefined if it is not inside. */
function within(path: string, folder: string): string | undefined {
  const inside = relative(folder, path).split(sep).join('/');
  return inside === '..' || inside.startsWith('../') || resolve(folder, inside) !== path
    ? undefined
    : inside || '.';
}

/** Removes declared reads. Files that git ignores stay, because Nx does not hash them. */
async function withoutDeclared(reads: readonly Read[], run: TestRun): Promise<Read[]> {
  const declared = reads.filter(({ kind, name }) => isDeclared(kind, name, run.declared));
  const ignored = await ignoredAmong(
    declared.map(({ name }) => name),
    run,
  );
  return reads.filter((read) => !declared.includes(read) || ignored.has(read.name));
}

/**
 * Returns true if the task declares the file. The names in a folder are declared if any file in it would
 * be.
 */
function isDeclared(kind: Read['kind'], name: string, declared: DeclaredInputs): boolean {
  if (kind === 'path') return declared.hasFile(name);
  return kind === 'names' && declared.hasFile(name === '.' ? 'any' : `${name}/any`);
}

/**
 * Returns the paths that git ignores. If git fails, for example for a path in a submodule, all may be
 * ignored.
 */
async function ignoredAmong(paths: readonly string[], run: TestRun): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const ignoreFile = join(run.workspaceRoot, '.nxignore');
  const args = [
    ...(statOf(ignoreFile) ? ['-c', `core.excludesFile=${ignoreFile}`] : []),
    ...['check-ignore', '--no-index', '-z', '--stdin'],
  ];
  const { exitCode, stdout } = await runGit(run.folder, args, {
    input: paths.map((path) => `${join(run.workspaceRoot, path)}\0`).join(''),
  });
  // 1: none is ignored (git-check-ignore(1), "EXIT STATUS").
  if (exitCode !== 0 && exitCode !== 1) return new Set(paths);
  return new Set(stdout.split('\0').flatMap((path) => within(path, run.workspaceRoot) ?? []));
}
