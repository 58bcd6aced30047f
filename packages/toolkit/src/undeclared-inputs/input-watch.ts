import { lstatSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { DigestCache } from '../state/digest-cache.js';
import type { Environment } from '../environment/environment.js';
import { runGit } from '../git/git.js';
import { statOf } from '../files/stat.js';
import { readWorkspaceState, writeWorkspaceState } from '../state/state.js';
import { fileTime, runStart } from './run-start.js';

/** Facts about a task that distinguish edits from files that the task itself writes. Paths are absolute. */
export interface Writers {
  /**
   * Returns true if the task runs programs that may write a file, such as a build script in its package.
   */
  readonly mayWrite: (path: string) => boolean;
  /**
   * Returns true if a file is an output of another task of the run. Nx hashes it after that task has ended.
   */
  readonly isOutput: (path: string) => boolean;
}

/**
 * Finds files that were edited between Nx's hash and the end of a task. Nx stores the result under the hash
 * of the old content, although a compiler may have read the new one. Edits are detected by the change time,
 * which cannot be set back. For files that the task's own programs may write, the content must differ too.
 */
export class InputWatch {
  private constructor(
    private readonly workspaceRoot: string,
    private readonly before: ReadonlyMap<string, string | undefined>,
    private readonly cache: DigestCache,
    private readonly runStart: number,
    private readonly taskStart: number,
  ) {}

  /**
   * @param files absolute paths of files that the task may both read and write; others are checked after
   * they were read
   */
  static async start(
    workspaceRoot: string,
    files: Iterable<string>,
    env: Environment = process.env,
  ): Promise<InputWatch> {
    const cache = new DigestCache();
    const before = new Map<string, string | undefined>();
    for (const path of files) before.set(path, await cache.digest(path));
    // Later changes happen while the task runs.
    const taskStart = fileTime(workspaceRoot) ?? Infinity;
    return new InputWatch(workspaceRoot, before, cache, runStart(env) ?? taskStart, taskStart);
  }

  /**
   * Returns the changed files among those that the task read.
   * @param read absolute paths
   */
  async changed(read: Iterable<string>, { mayWrite, isOutput }: Writers): Promise<Set<string>> {
    const written = readWorkspaceState(this.workspaceRoot, writtenByTasks) ?? {};
    const edited = new Set<string>();
    const suspects: string[] = [];
    let isUpdated = false;
    for (const path of new Set(read)) {
      const at = changeTime(path);
      if (at !== undefined && at < (isOutput(path) ? this.taskStart : this.runStart)) continue;
      if (!mayWrite(path)) {
        if (at !== undefined || this.before.get(path) !== undefined) edited.add(path);
      } else if (await this.isAnother(path)) suspects.push(path);
      else if (at === undefined || written[path] === at) continue;
      else if (at < this.taskStart) suspects.push(path);
      else {
        written[path] = at;
        isUpdated = true;
      }
    }
    if (isUpdated) writeWorkspaceState(this.workspaceRoot, writtenByTasks, written);
    this.cache.save();
    // Files that git ignores are usually generated.
    const ignored = await ignoredAmong(suspects, this.workspaceRoot);
    for (const path of suspects) if (!ignored.has(path)) edited.add(path);
    return edited;
  }

  /**
   * Returns true if a file's content differs from the start of the task. A file that did not exist then may
   * be generated.
   */
  private async isAnother(path: string): Promise<boolean> {
    const before = this.before.get(path);
    return before !== undefined && before !== (await this.cache.digest(path));
  }
}

/** Files that tasks wrote with unchanged content: path to change time. */
const writtenByTasks = {
  name: 'written-by-tasks',
  version: 1,
  schema: z.record(z.string(), z.number()),
};

/** Returns the change time. For a link, its own time counts too, because its target may have changed. */
function changeTime(path: string): number | undefined {
  const own = lstatSync(path, { throwIfNoEntry: false });
  const target = statOf(path);
  return own === undefined || target === undefined ? undefined : Math.max(own.ctimeMs, target.ctimeMs);
}

/** Returns the absolute paths that git ignores. Empty if git fails, as for files in a submodule. */
async function ignoredAmong(paths: readonly string[], workspaceRoot: string): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const { stdout } = await runGit(workspaceRoot, ['check-ignore', '-z', '--stdin'], {
    input: paths.map((path) => `${relative(workspaceRoot, path).split(sep).join('/')}\0`).join(''),
  });
  return new Set(
    stdout
      .split('\0')
      .filter((path) => path !== '')
      .map((path) => resolve(workspaceRoot, join('.', path))),
  );
}
