import { isShallow } from './source-version.js';
import { type GitOptions, runGit, type RunResult } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** Whether git can take a text for nothing but the name of a commit: neither for an option nor for a refspec. */
export function isRevision(text: string): boolean {
  // git-check-ref-format(1), and the suffixes `^`, `~` and `@{…}` of gitrevisions(7)
  return /^(?![-+])[^\s\p{Cc}:?*[\\]+$/u.test(text);
}

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
      throw cargoError('SOURCES_MODIFIED', {
        what: `${this.folder} has local changes`,
        why: changes.trimEnd().split('\n').slice(0, 5).join(', '),
      });
    }
    const commit = (await this.resolve(revision)) ?? (await this.fetch(revision));
    await this.mustRun(['checkout', '--quiet', '--detach', commit]);
  }

  /**
   * Fetches tags where none describes the commit: programs take their version from `git describe`, and get a commit
   * where a clone has no tags or not the history behind it.
   * @returns whether a tag describes the commit now; without a network it may not
   */
  async bringTags(): Promise<boolean> {
    const isDescribed = async () => (await this.git(['describe', '--tags'])).exitCode === 0;
    if (await isDescribed()) return true;
    await this.git(['fetch', '--quiet', '--tags', 'origin'], { network: true });
    if (await isDescribed()) return true;
    if (!(await isShallow(this.folder))) return false;
    await this.git(['fetch', '--quiet', '--tags', '--unshallow', 'origin'], { network: true });
    return isDescribed();
  }

  private async fetch(revision: string): Promise<string> {
    const tags = await this.git(['fetch', '--quiet', '--tags', 'origin'], { network: true });
    const known = await this.resolve(revision);
    if (known !== undefined) return known;
    // A commit that no branch reaches has to be asked for by its id.
    const { exitCode, stderr } = await this.git(
      ['fetch', '--quiet', '--end-of-options', 'origin', revision],
      {
        network: true,
      },
    );
    if (exitCode === 0) return (await this.mustRun(['rev-parse', 'FETCH_HEAD'])).trim();
    throw cargoError('REVISION_UNKNOWN', {
      what: `there is no ${revision}, neither in ${this.folder} nor where it comes from`,
      why: (stderr || tags.stderr).trim().split('\n')[0] ?? 'git gave no reason',
      output: `${tags.stderr}${stderr}`,
    });
  }

  private async resolve(revision: string): Promise<string | undefined> {
    for (const name of [`refs/tags/${revision}`, revision]) {
      const { exitCode, stdout } = await this.git([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${name}^{commit}`,
      ]);
      if (exitCode === 0) return stdout.trim();
    }
    return undefined;
  }

  private git(args: readonly string[], options?: GitOptions): Promise<RunResult> {
    return runGit(this.folder, args, options);
  }

  private mustRun(args: readonly string[]): Promise<string> {
    return mustRunGit(this.folder, args);
  }
}

/**
 * What a git prints that has to succeed.
 * @throws MillwrightError PROCESS_FAILED
 */
export async function mustRunGit(
  folder: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(folder, args, options);
  if (exitCode === 0) return stdout;
  throw cargoError('PROCESS_FAILED', {
    what: `git ${args[0] ?? ''} failed in ${folder}`,
    why: stderr.trim().split('\n')[0] ?? 'it gave no reason',
    output: stderr,
  });
}
