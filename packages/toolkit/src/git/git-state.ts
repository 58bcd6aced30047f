import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { runGit } from './git.js';
import { readText } from '../files/read-text.js';
import { statOf } from '../files/stat.js';

/** The input variables of tasks that query Git about a repository. */
export interface GitVariables {
  /** Represents the commit, branch and tags. */
  readonly state: string;
  /** Represents whether the work tree is clean. */
  readonly changes: string;
}

/** @param folder the top folder of the repository, relative to the Nx workspace */
export function gitVariables(folder: string): GitVariables {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 8).toUpperCase();
  const state = folder === '.' ? 'MILLWRIGHT_GIT' : `MILLWRIGHT_GIT_${key}`;
  return { state, changes: `${state}_CHANGES` };
}

/**
 * Returns a digest of the commit, branch and tags of a repository, read without a process
 * (gitrepository-layout(5)). It does not change when references are packed or other branches change. It
 * does not include changes of the work tree, see `gitChanges`.
 * @param repository its top folder, possibly of a submodule or linked work tree
 */
export function gitState(repository: string): string {
  const folder = gitFolder(repository);
  const common = resolve(folder, read(join(folder, 'commondir')).trim() || '.');
  const head = read(join(folder, 'HEAD')).trim();
  const packed = packedReferences(common);
  const hash = createHash('sha256').update(head);
  const branch = /^ref: (.+)$/.exec(head)?.[1];
  if (branch !== undefined)
    hash.update(`\0${read(join(common, branch)).trim() || (packed.get(branch) ?? '')}`);
  for (const [name, id] of tagsOf(common, packed)) hash.update(`\0${name} ${id}`);
  // `git describe` and commit counts depend on where a shallow clone ends.
  hash.update(`\0${read(join(common, 'shallow'))}`);
  // The table names change with every reference, not only the relevant ones, but are simple to read.
  for (const place of new Set([folder, common]))
    hash.update(`\0${read(join(place, 'reftable/tables.list'))}`);
  return hash.digest('hex');
}

/**
 * Returns whether tracked files of a repository are changed, as `git describe --dirty` determines it, but
 * not which or how, so that editing a changed file again makes no difference. Names changed submodules,
 * because files in them depend on their own state. Empty if git fails.
 * @param repository its top folder
 */
export async function gitChanges(repository: string): Promise<string> {
  const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--untracked-files=no'];
  try {
    const { exitCode, stdout } = await runGit(repository, args);
    if (exitCode !== 0) return '';
    const entries = stdout.split('\n').filter((line) => /^[12u] /.test(line));
    // `1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>` (git-status(1), "Changed Tracked Entries")
    const submodules = entries.filter((line) => line.split(' ')[2]?.startsWith('S') === true);
    const paths = submodules.map((line) => line.split(' ').slice(8).join(' ')).sort();
    return entries.length === 0 ? 'clean' : ['changed', ...paths].join(' ');
  } catch {
    return '';
  }
}

/**
 * Returns the top folder of the repository to which a Git file belongs: `.git` itself, a file below it, or
 * one in the Git folder of a submodule or linked work tree. Undefined for any other file.
 * @param path an absolute path, which may not exist
 */
export function repositoryOfGitFile(path: string): string | undefined {
  if (basename(path) === '.git') return dirname(path);
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (isGitFolder(folder)) return workTreeOf(folder);
  }
  return undefined;
}

function isGitFolder(folder: string): boolean {
  return (
    existsSync(join(folder, 'HEAD')) &&
    (existsSync(join(folder, 'objects')) || existsSync(join(folder, 'commondir')))
  );
}

/**
 * Returns the work tree of a Git folder. A linked work tree's folder names its `.git` file, a submodule's
 * has a setting.
 */
function workTreeOf(gitFolder: string): string {
  const pointer = read(join(gitFolder, 'gitdir')).trim();
  if (pointer !== '') return dirname(resolve(gitFolder, pointer));
  const configured = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(read(join(gitFolder, 'config')))?.[1];
  return configured === undefined ? dirname(gitFolder) : resolve(gitFolder, configured);
}

/** Returns the Git folder. In a linked work tree or submodule, `.git` is a file that names it. */
function gitFolder(repository: string): string {
  const own = join(repository, '.git');
  const pointer = /^gitdir: (.+)$/m.exec(read(own))?.[1];
  return pointer === undefined ? own : resolve(repository, pointer);
}

/**
 * Parses lines `<id> <name>`. A line that starts with `^` contains the commit of the annotated tag above
 * it.
 */
function packedReferences(common: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of read(join(common, 'packed-refs')).split('\n')) {
    const [, id, name] = /^([0-9a-f]+) (.+)$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined) found.set(name, id);
  }
  return found;
}

/** Returns the tags. A loose reference overrides a packed one. */
function tagsOf(common: string, packed: ReadonlyMap<string, string>): [string, string][] {
  const tags = new Map([...packed].filter(([name]) => name.startsWith('refs/tags/')));
  for (const tag of namesBelow(join(common, 'refs/tags'))) {
    const id = read(join(common, 'refs/tags', tag)).trim();
    if (id !== '') tags.set(`refs/tags/${tag}`, id);
  }
  return [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
}

function read(path: string): string {
  return statOf(path)?.isFile() === true ? (readText(path) ?? '') : '';
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
