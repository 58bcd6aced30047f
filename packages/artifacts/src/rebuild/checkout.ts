import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '@millwright/toolkit/core';
import { runGit } from '@millwright/toolkit/git';
import { artifactError } from '../errors.js';

/**
 * Clones a repository of this machine at a commit, without a network. Submodules that the repository has are cloned with
 * it; others stay empty.
 * @param folder the new folder
 * @throws MillwrightError REBUILD_FAILED
 */
export async function checkOut(repository: string, commit: string, folder: string): Promise<void> {
  await git(repository, ['clone', '--quiet', '--no-checkout', '--', repository, folder]);
  await git(folder, ['checkout', '--quiet', '--detach', commit]);
  if (readText(join(folder, '.gitmodules')) === undefined) return;
  const listed = await git(folder, [
    'config',
    '--file',
    '.gitmodules',
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  for (const line of listed.split('\n')) {
    const [, name, path] = /^submodule\.(.+)\.path (.+)$/.exec(line) ?? [];
    if (name === undefined || path === undefined || !existsSync(join(repository, path, '.git'))) continue;
    await git(folder, ['config', `submodule.${name}.url`, join(repository, path)]);
    const allowed = ['-c', 'protocol.file.allow=always'];
    await git(folder, [...allowed, 'submodule', 'update', '--init', '--quiet', '--checkout', '--', path]);
  }
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(folder, args);
  if (exitCode === 0) return stdout;
  throw artifactError('REBUILD_FAILED', {
    what: 'the sources cannot be checked out',
    why: `git ${args.find((arg) => /^[a-z]+$/.test(arg)) ?? ''} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`,
  });
}
