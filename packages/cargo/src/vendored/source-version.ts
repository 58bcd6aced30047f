import { relative } from 'node:path';
import { repositoryAbove, runGit } from '@millwright/toolkit';

/** Sources of others whose commit no tag describes. */
export interface UntaggedSource {
  /** The folder of their repository, relative to the Nx workspace. */
  readonly folder: string;
  /** The command that brings the tags. */
  readonly remedy: string;
}

/**
 * The repository within the Nx workspace that holds a crate, where no tag describes its commit: what asks git for a
 * version there gets a commit.
 * @param folder the crate's, absolute
 */
export async function untaggedSource(
  workspaceRoot: string,
  folder: string,
): Promise<UntaggedSource | undefined> {
  const repository = repositoryAbove(folder);
  const within = repository === undefined ? '' : relative(workspaceRoot, repository);
  if (repository === undefined || within === '' || within.startsWith('..')) return undefined;
  const head = await runGit(repository, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (head.exitCode !== 0) return undefined;
  const described = await runGit(repository, ['describe', '--tags']);
  if (described.exitCode === 0) return undefined;
  return { folder: within, remedy: tagsCommand(within, await isShallow(repository)) };
}

/** The command that brings the tags of a repository, and its history where that is cut off. */
export function tagsCommand(folder: string, shallow = false): string {
  return `git -C ${folder} fetch --tags${shallow ? ' --unshallow' : ''} origin`;
}

/** Whether a clone has only a part of the history (`git clone --depth`), which may lack the tag before the commit. */
export async function isShallow(repository: string): Promise<boolean> {
  const { stdout } = await runGit(repository, ['rev-parse', '--is-shallow-repository']);
  return stdout.trim() === 'true';
}
