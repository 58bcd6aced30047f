import { relative } from 'node:path';
import { repositoryAbove, runGit, shellWord } from '@millwright/toolkit';

/** Vendored sources for whose commit `git describe` finds no tag. */
export interface UntaggedSource {
  /** The repository's folder, relative to the Nx workspace. */
  readonly folder: string;
  /** The command that fetches the tags. */
  readonly remedy: string;
}

/**
 * Returns the repository inside the Nx workspace that contains a crate, if `git describe` finds no tag for its commit: a
 * build that reads its version from git then gets a commit id.
 * @param folder the crate's folder, absolute
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
  const metadataCalls = await runGit(repository, ['describe', '--tags']);
  if (metadataCalls.exitCode === 0) return undefined;
  return { folder: within, remedy: tagsCommand(within, await isShallow(repository)) };
}

/** Returns the command that fetches a repository's tags, and missing history. */
export function tagsCommand(folder: string, shallow = false): string {
  return `git -C ${shellWord(folder)} fetch --tags${shallow ? ' --unshallow' : ''} origin`;
}

/** Returns whether a clone has only part of the history (`git clone --depth`), so that a tag may be missing. */
export async function isShallow(repository: string): Promise<boolean> {
  const { stdout } = await runGit(repository, ['rev-parse', '--is-shallow-repository']);
  return stdout.trim() === 'true';
}
