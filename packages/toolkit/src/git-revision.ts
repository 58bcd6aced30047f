import { run } from './process.js';

/** The commit that the sources stand at, marked where they were changed since; undefined outside git. */
export async function gitRevision(folder: string): Promise<string | undefined> {
  const result = await run('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude', '*'], {
    cwd: folder,
  });
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}
