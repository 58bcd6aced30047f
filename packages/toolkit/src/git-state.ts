import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readText } from './read-text.js';

/** The variable that stands for the state of git, in the inputs of crates whose build asks for it. */
export const gitVariable = 'MILLWRIGHT_GIT';

/**
 * A digest of the commit, branch and tags of a checkout, read without git (gitrepository-layout(5)); whether the
 * work tree is clean is no part of it.
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
