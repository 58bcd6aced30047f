import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { runGit } from './git.js';
import { readText } from '../files/read-text.js';
import { statOf } from '../files/stat.js';

/** The variables in the inputs of tasks that ask Git about a repository. */
export interface GitVariables {
  /** Stands for the commit, branch and tags. */
  readonly state: string;
  /** Says whether the work tree is clean. */
  readonly changes: string;
}

/** @param folder the top folder of the repository, relative to the Nx workspace */
export function gitVariables(folder: string): GitVariables {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 8).toUpperCase();
  const state = folder === '.' ? 'MILLWRIGHT_GIT' : `MILLWRIGHT_GIT_${key}`;
  return { state, changes: `${state}_CHANGES` };
}

/**
 * A digest of the commit, branch and tags of a repository, read without a process (gitrepository-layout(5)). It does not
 * change when references are packed, nor with the branches of others; whether the work tree is clean is no part of it:
 * see `gitChanges`.
 * @param repository its top folder, which may be that of a submodule or of a linked work tree
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
  // Where a shallow clone ends, `git describe` and counts of commits end as well.
  hash.update(`\0${read(join(common, 'shallow'))}`);
  // The names of the tables change with every reference, which is more than has to count, and easy to read.
  for (const place of new Set([folder, common]))
    hash.update(`\0${read(join(place, 'reftable/tables.list'))}`);
  return hash.digest('hex');
}

/**
 * Whether tracked files of a repository are changed, as `git describe --dirty` tells it: not which ones and not how, so
 * that an edit upon another changes nothing. Submodules that are not as they are recorded are named, since what lies in
 * them asks for their own state. Empty where git does not answer.
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
 * The repository, by its top folder, whose state one of Git's own files belongs to: `.git` itself, a file below it, or
 * one in the Git folder of a submodule or of a linked work tree. Undefined for any other file.
 * @param path absolute; there need not be such a file
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

/** The folder of a linked work tree names its `.git` file, and that of a submodule has the work tree as a setting. */
function workTreeOf(gitFolder: string): string {
  const pointer = read(join(gitFolder, 'gitdir')).trim();
  if (pointer !== '') return dirname(resolve(gitFolder, pointer));
  const configured = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(read(join(gitFolder, 'config')))?.[1];
  return configured === undefined ? dirname(gitFolder) : resolve(gitFolder, configured);
}

/** In a linked work tree or a submodule `.git` is a file that names the folder. */
function gitFolder(repository: string): string {
  const own = join(repository, '.git');
  const pointer = /^gitdir: (.+)$/m.exec(read(own))?.[1];
  return pointer === undefined ? own : resolve(repository, pointer);
}

/** `<id> <name>` for each; a line that begins with `^` has the commit of the annotated tag above it. */
function packedReferences(common: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of read(join(common, 'packed-refs')).split('\n')) {
    const [, id, name] = /^([0-9a-f]+) (.+)$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined) found.set(name, id);
  }
  return found;
}

/** A file of its own counts before what is packed. */
function tagsOf(common: string, packed: ReadonlyMap<string, string>): [string, string][] {
  const tags = new Map([...packed].filter(([name]) => name.startsWith('refs/tags/')));
  for (const tag of namesIn(join(common, 'refs/tags'))) {
    const id = read(join(common, 'refs/tags', tag)).trim();
    if (id !== '') tags.set(`refs/tags/${tag}`, id);
  }
  return [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
}

function read(path: string): string {
  return statOf(path)?.isFile() === true ? (readText(path) ?? '') : '';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
