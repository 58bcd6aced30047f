import { lstatSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { DigestCache } from '../state/digest-cache.js';
import type { Environment } from '../environment/environment.js';
import { runGit } from '../git/git.js';
import { statOf } from '../files/stat.js';
import { recall, remember } from '../state/state.js';
import { fileTime, runStart } from './run-start.js';

/** What is to be known of a task to tell edits from what the task itself writes. Paths are absolute. */
export interface Writers {
  /** Whether the task runs programs that may write a file, such as a build script in its package. */
  readonly mayWrite: (path: string) => boolean;
  /** Whether a file is an output of another task of the run, which Nx hashes once that task has ended. */
  readonly isOutput: (path: string) => boolean;
}

/**
 * Finds the files that were edited between Nx's hash and the end of a task: Nx stores the result under the hash of the
 * old content, while compilers may have read the new one. The change time tells, since it cannot be set back. Where the
 * task's own programs may write a file, its content has to differ as well.
 */
export class InputWatch {
  private constructor(
    private readonly workspaceRoot: string,
    private readonly before: ReadonlyMap<string, string | undefined>,
    private readonly cache: DigestCache,
    private readonly runStart: number,
    private readonly taskStart: number,
  ) {}

  /** @param files those that the task may both read and write, absolute; others are found when they were read */
  static async start(
    workspaceRoot: string,
    files: Iterable<string>,
    env: Environment = process.env,
  ): Promise<InputWatch> {
    const cache = new DigestCache();
    const before = new Map<string, string | undefined>();
    for (const path of files) before.set(path, await cache.digest(path));
    // What changes from here on, changes while the task runs.
    const taskStart = fileTime(workspaceRoot) ?? Infinity;
    return new InputWatch(workspaceRoot, before, cache, runStart(env) ?? taskStart, taskStart);
  }

  /**
   * The files that changed, among those that the task read.
   * @param read absolute paths
   */
  async changed(read: Iterable<string>, { mayWrite, isOutput }: Writers): Promise<Set<string>> {
    const written = recall(this.workspaceRoot, writtenByTasks) ?? {};
    const edited = new Set<string>();
    const suspects: string[] = [];
    let learnt = false;
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
        learnt = true;
      }
    }
    if (learnt) remember(this.workspaceRoot, writtenByTasks, written);
    this.cache.save();
    // What git ignores is generated, as a rule.
    const ignored = await ignoredAmong(suspects, this.workspaceRoot);
    for (const path of suspects) if (!ignored.has(path)) edited.add(path);
    return edited;
  }

  /** Whether a file has other content than when the task began; one that was not there then may be generated. */
  private async isAnother(path: string): Promise<boolean> {
    const before = this.before.get(path);
    return before !== undefined && before !== (await this.cache.digest(path));
  }
}

/** The files that tasks were seen to write with the content that they had, by path, with their change time. */
const writtenByTasks = {
  name: 'written-by-tasks',
  version: 1,
  schema: z.record(z.string(), z.number()),
};

/** For a link, its own time counts as well: it may lead elsewhere since. */
function changeTime(path: string): number | undefined {
  const own = lstatSync(path, { throwIfNoEntry: false });
  const target = statOf(path);
  return own === undefined || target === undefined ? undefined : Math.max(own.ctimeMs, target.ctimeMs);
}

/** Those of some absolute paths that git ignores; none where git does not answer, as for what lies in a submodule. */
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
