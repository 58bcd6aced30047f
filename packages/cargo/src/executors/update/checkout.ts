import { MillwrightError, run, type RunResult } from '@millwright/toolkit';

/** The git checkout of sources of others. */
export class Checkout {
  /** @param folder the sources' folder, absolute */
  constructor(private readonly folder: string) {}

  /** The commit that is checked out. */
  async commit(): Promise<string> {
    return (await this.mustRun(['rev-parse', 'HEAD'])).trim();
  }

  /** The nearest tag and the distance from it, as git describes a commit. */
  async describe(): Promise<string> {
    return (await this.mustRun(['describe', '--tags', '--always'])).trim();
  }

  /** The files that git tracks and whose name is one of those. */
  async files(names: readonly string[]): Promise<string[]> {
    const patterns = names.flatMap((name) => [`:(glob)**/${name}`]);
    return (await this.mustRun(['ls-files', '-z', '--', ...patterns]))
      .split('\0')
      .filter((path) => path !== '');
  }

  /**
   * Checks out a tag or commit, fetched where it is not known yet.
   * @throws MillwrightError SOURCES_MODIFIED, REVISION_UNKNOWN
   */
  async moveTo(revision: string): Promise<void> {
    const changes = await this.mustRun([
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--ignore-submodules',
    ]);
    if (changes.trim() !== '') {
      throw new MillwrightError('SOURCES_MODIFIED', {
        what: `${this.folder} has changes of its own`,
        why: changes.trimEnd().split('\n').slice(0, 5).join(', '),
      });
    }
    const commit = (await this.resolve(revision)) ?? (await this.fetch(revision));
    await this.mustRun(['checkout', '--quiet', '--detach', commit]);
  }

  private async fetch(revision: string): Promise<string> {
    const tags = await this.git(['fetch', '--quiet', '--tags', 'origin']);
    const known = await this.resolve(revision);
    if (known !== undefined) return known;
    // A commit that no branch reaches has to be asked for by its id.
    const { exitCode, stderr } = await this.git(['fetch', '--quiet', 'origin', revision]);
    if (exitCode === 0) return (await this.mustRun(['rev-parse', 'FETCH_HEAD'])).trim();
    throw new MillwrightError('REVISION_UNKNOWN', {
      what: `there is no ${revision}, neither in ${this.folder} nor where it comes from`,
      why: (stderr || tags.stderr).trim().split('\n')[0] ?? 'git gave no reason',
      output: `${tags.stderr}${stderr}`,
    });
  }

  private async resolve(revision: string): Promise<string | undefined> {
    for (const name of [`refs/tags/${revision}`, revision]) {
      const { exitCode, stdout } = await this.git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
      if (exitCode === 0) return stdout.trim();
    }
    return undefined;
  }

  private git(args: readonly string[]): Promise<RunResult> {
    return run('git', args, { cwd: this.folder, env: { GIT_TERMINAL_PROMPT: '0' } });
  }

  private mustRun(args: readonly string[]): Promise<string> {
    return mustRunGit(this.folder, args);
  }
}

/**
 * What a git prints that has to succeed.
 * @throws MillwrightError PROCESS_FAILED
 */
export async function mustRunGit(folder: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run('git', args, {
    cwd: folder,
    env: { GIT_TERMINAL_PROMPT: '0' },
  });
  if (exitCode === 0) return stdout;
  throw new MillwrightError('PROCESS_FAILED', {
    what: `git ${args[0] ?? ''} failed in ${folder}`,
    why: stderr.trim().split('\n')[0] ?? 'it gave no reason',
    output: stderr,
  });
}
