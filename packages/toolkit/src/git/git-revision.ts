import { MillwrightError } from '../errors/errors.js';
import { repositoryAbove, runGit } from './git.js';

/**
 * Returns the commit of the sources, marked if they have changes. Undefined outside git and without git.
 */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const repository = repositoryAbove(folder);
  if (repository === undefined) return undefined;
  try {
    const args = ['--no-optional-locks', 'describe', '--always', '--dirty', '--abbrev=40', '--exclude', '*'];
    const { exitCode, stdout } = await runGit(repository, args);
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof MillwrightError && error.code === 'PROCESS_MISSING') return undefined;
    throw error;
  }
}
