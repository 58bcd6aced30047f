import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './process.js';
import { readText } from './read-text.js';

/** The variable that stands for the state of git, in the inputs of crates whose build asks for it. */
export const gitVariable = 'MILLWRIGHT_GIT';

/** The variable that says whether the work tree is clean, in the inputs of crates whose build asks for that. */
export const gitChangesVariable = 'MILLWRIGHT_GIT_CHANGES';

/**
 * A digest of the commit, branch and tags of a checkout, read without git (gitrepository-layout(5)); whether the
 * work tree is clean is no part of it: see `gitChanges`.
 */
export function gitState(repository: string): string {
  const folder = gitFolder(repository);
  const common = resolve(folder, read(join(folder, 'commondir')).trim() || '.');
  const head = read(join(folder, 'HEAD')).trim();
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  const hash = createHash('sha256').update(head);
  if (reference !== undefined) hash.update(read(join(folder, reference)) || read(join(common, reference)));
  hash.update(read(join(common, 'packed-refs')));
  for (const tag of namesIn(join(common, 'refs/tags')))
    hash.update(`${tag} ${read(join(common, 'refs/tags', tag))}`);
  return hash.digest('hex');
}

/**
 * Whether tracked files of a checkout are changed, as `git describe --dirty` tells it: not which ones and not how, so
 * that an edit upon another changes nothing. Submodules that are not as they are recorded are named, since what lies in
 * them asks for their own state. Empty where git does not answer.
 */
export async function gitChanges(repository: string): Promise<string> {
  const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--untracked-files=no'];
  try {
    const { exitCode, stdout } = await run('git', args, { cwd: repository });
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

/** In a worktree or a submodule `.git` is a file that names the folder. */
function gitFolder(repository: string): string {
  const pointer = /^gitdir: (.+)$/m.exec(read(join(repository, '.git')))?.[1];
  return pointer === undefined ? join(repository, '.git') : resolve(repository, pointer);
}

function read(path: string): string {
  return readText(path) ?? '';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    return [];
  }
}
