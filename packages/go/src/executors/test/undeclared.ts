import { realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { runGit, statOf, type UndeclaredInput } from '@millwright/toolkit';
import { goVariables, taskVariables } from '../../toolchain/task-variables.js';
import type { DeclaredInputs } from '../../go-cli/declared-inputs.js';
import type { TestReads } from './test-log.js';

type Read = Pick<UndeclaredInput, 'kind' | 'name'>;

export interface TestRun {
  /** The Nx workspace's folder, absolute. */
  readonly workspaceRoot: string;
  /** The module's folder, absolute. */
  readonly folder: string;
  readonly declared: DeclaredInputs;
  /** The variables that the task's options and `.env` files set, both of which it declares. */
  readonly set: ReadonlySet<string>;
  /** When the tests started, in milliseconds: what was written since is theirs. */
  readonly started: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What tests read that their task does not declare. */
export async function undeclaredReads(reads: TestReads, run: TestRun): Promise<Read[]> {
  const variables = [...reads.variables].filter(
    (name) => !isOfMachine(name) && !run.set.has(name) && !run.declared.hasVariable(name),
  );
  const inputs: Read[] = [
    ...variables.map((name) => ({ kind: 'variable' as const, name })),
    ...(await withoutDeclared(
      [...pathReads(reads.opened, run, true), ...pathReads(reads.asked, run, false)],
      run,
    )),
  ];
  return [...new Map(inputs.map((input) => [`${input.kind} ${input.name}`, input])).values()];
}

/**
 * Variables that say where things are on a machine, how a terminal looks, or what Nx and go set for a task. What they
 * lead to is found in the log itself.
 */
function isOfMachine(name: string): boolean {
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
  const realRoot = realpathSync(workspaceRoot);
  const passedOver = machineFolders(run.env);
  return [...paths].flatMap((path): Read[] => {
    const stat = statOf(path);
    const real = realPathOf(path);
    const name = within(real, realRoot);
    if (name === undefined && passedOver.some((folder) => within(real, folder) !== undefined)) return [];
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

/** Folders whose content belongs to the machine, to the toolchain or to locked modules, or passes. */
function machineFolders(env: TestRun['env']): string[] {
  const home = homedir();
  const given = [
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
    ...given.filter((folder) => folder !== undefined && folder.length > 1),
  ].map((folder) => realPathOf(folder ?? ''));
}

/** A path without symbolic links, as far as it exists. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPathOf(above), path.slice(above.length));
  }
}

/** A path relative to a folder, with forward slashes; undefined where it leads out of it. */
function within(path: string, folder: string): string | undefined {
  const inside = relative(folder, path).split(sep).join('/');
  return inside === '..' || inside.startsWith('../') || resolve(folder, inside) !== path
    ? undefined
    : inside || '.';
}

/** Leaves out what the task declares, as far as Nx hashes it: what git ignores, it does not. */
async function withoutDeclared(reads: readonly Read[], run: TestRun): Promise<Read[]> {
  const declared = reads.filter(({ kind, name }) => isDeclared(kind, name, run.declared));
  const ignored = await ignoredAmong(
    declared.map(({ name }) => name),
    run,
  );
  return reads.filter((read) => !declared.includes(read) || ignored.has(read.name));
}

/** The names in a folder are declared where any file in it would be. */
function isDeclared(kind: Read['kind'], name: string, declared: DeclaredInputs): boolean {
  if (kind === 'path') return declared.hasFile(name);
  return kind === 'names' && declared.hasFile(name === '.' ? 'any' : `${name}/any`);
}

/** Where git does not answer, as for what lies in a submodule, everything may be ignored. */
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
