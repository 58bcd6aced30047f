import { isShallow } from './source-version.js';
import { firstLine, type GitOptions, runGit, type RunResult } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** Returns whether git interprets a string only as a revision, not as an option or a refspec. */
export function isRevision(text: string): boolean {
  // git-check-ref-format(1), and the suffixes `^`, `~` and `@{…}` of gitrevisions(7)
  return /^(?![-+])[^\s\p{Cc}:?*[\\]+$/u.test(text);
}

/** The git checkout of vendored sources. */
export class Checkout {
  /** @param folder the sources' folder, absolute */
  constructor(private readonly folder: string) {}

  /** Returns the commit that is checked out. */
  async commit(): Promise<string> {
    return (await this.mustRun(['rev-parse', 'HEAD'])).trim();
  }

  /** Returns the nearest tag and the distance from it, as `git describe` does. */
  async describe(): Promise<string> {
    return (await this.mustRun(['describe', '--tags', '--always'])).trim();
  }

  /** Returns the URL of the remote `origin`, if there is one. */
  async origin(): Promise<string | undefined> {
    const { exitCode, stdout } = await this.git(['remote', 'get-url', 'origin']);
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /** Returns the tracked files with one of these names. */
  async trackedFiles(names: readonly string[]): Promise<string[]> {
    const patterns = names.flatMap((name) => [`:(glob)**/${name}`]);
    return (await this.mustRun(['ls-files', '-z', '--', ...patterns]))
      .split('\0')
      .filter((path) => path !== '');
  }

  /**
   * Checks out a tag or commit, and fetches it if necessary.
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
        what: `the vendored sources in ${this.folder} have uncommitted changes`,
        why: `git status reports: ${changes.trim().split('\n').slice(0, 5).join(', ')}`,
        remedy: `commit the changes to a branch in the Git repository ${this.folder}, or discard them there with git restore`,
      });
    }
    const commit = (await this.resolve(revision)) ?? (await this.fetch(revision));
    await this.mustRun(['checkout', '--quiet', '--detach', commit]);
  }

  /**
   * Fetches tags, and missing history, if `git describe` finds no tag for the commit: many programs take their version
   * from it.
   * @returns whether `git describe` finds a tag afterwards; without a network it may not
   */
  async fetchTags(): Promise<boolean> {
    const hasTag = async () => (await this.git(['describe', '--tags'])).exitCode === 0;
    if (await hasTag()) return true;
    await this.git(['fetch', '--quiet', '--tags', 'origin'], { network: true });
    if (await hasTag()) return true;
    if (!(await isShallow(this.folder))) return false;
    await this.git(['fetch', '--quiet', '--tags', '--unshallow', 'origin'], { network: true });
    return hasTag();
  }

  private async fetch(revision: string): Promise<string> {
    const tags = await this.git(['fetch', '--quiet', '--tags', 'origin'], { network: true });
    const known = await this.resolve(revision);
    if (known !== undefined) return known;
    // A commit that is on no branch must be fetched by its id.
    const { exitCode, stderr } = await this.git(
      ['fetch', '--quiet', '--end-of-options', 'origin', revision],
      {
        network: true,
      },
    );
    if (exitCode === 0) return (await this.mustRun(['rev-parse', 'FETCH_HEAD'])).trim();
    throw cargoError('REVISION_UNKNOWN', {
      what: `the revision ${revision} exists neither in ${this.folder} nor in its remote repository`,
      why: firstLine(`${stderr}\n${tags.stderr}`, 'git printed no error message'),
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
 * Runs git and returns its output.
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
    why: firstLine(stderr, 'git printed no error message'),
    output: stderr,
  });
}
