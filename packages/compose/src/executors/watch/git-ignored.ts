import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { MillwrightError, repositoryAbove, runGit } from '@millwright/toolkit';

/**
 * Those of some files that git ignores, each by the rules of the repository that it lies in. None where there is no
 * repository, or no git.
 * @param paths absolute; git is asked for what they are beyond symbolic links
 */
export async function ignoredByGit(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const located = paths.map((path) => ({ path, real: join(realFolder(dirname(path)), basename(path)) }));
  const byRepository = Map.groupBy(located, ({ real }) => repositoryOf(real));
  const found = await Promise.all(
    [...byRepository].map(async ([repository, within]) => {
      if (repository === undefined) return [];
      const ignored = new Set(await ignoredIn(repository, [...new Set(within.map(({ real }) => real))]));
      return within.flatMap(({ path, real }) => (ignored.has(real) ? [path] : []));
    }),
  );
  return new Set(found.flat());
}

/** The repository of a file whose folder may be gone. */
function repositoryOf(path: string): string | undefined {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return repositoryAbove(folder);
}

/** A folder without symbolic links in its path, as far as it is there: a file's folder may be gone. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return join(realFolder(dirname(folder)), basename(folder));
  }
}

async function ignoredIn(repository: string, paths: readonly string[]): Promise<readonly string[]> {
  const input = paths.map((path) => `${relative(repository, path)}\0`).join('');
  const result = await askGit(repository, ['check-ignore', '-z', '--stdin'], input);
  if (result?.exitCode === 0) return namesIn(result.stdout).map((name) => join(repository, name));
  // Of a path that git refuses, such as one beyond a link, nothing is known; it is to spoil no other.
  if (result === undefined || result.exitCode === 1 || paths.length === 1) return [];
  return (await Promise.all(paths.map((path) => ignoredIn(repository, [path])))).flat();
}

/** The folders below some others that git ignores as a whole: nothing in them has to be watched. */
export async function ignoredFolders(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const located = folders.map((folder) => ({ folder, real: realFolder(folder) }));
  const byRepository = Map.groupBy(located, ({ real }) => repositoryAbove(real));
  const found = await Promise.all(
    [...byRepository].map(async ([repository, within]) => {
      if (repository === undefined) return [];
      const ignored = await foldersIgnoredIn(repository);
      return within.flatMap(({ folder, real }) => ignored.flatMap((one) => seenFrom(folder, real, one)));
    }),
  );
  return new Set(found.flat());
}

async function foldersIgnoredIn(repository: string): Promise<readonly string[]> {
  const list = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const result = await askGit(repository, list);
  if (result?.exitCode !== 0) return [];
  const named = namesIn(result.stdout)
    .filter((name) => name.endsWith('/'))
    .map((name) => join(repository, name.slice(0, -1)));
  // A folder that only happens to hold nothing but ignored files is named as well; sources may come to it.
  return named.length === 0 ? [] : ignoredIn(repository, named);
}

/** An ignored folder as its path begins with a folder that is watched, which may be one through a symbolic link. */
function seenFrom(folder: string, real: string, ignored: string): string[] {
  if (isWithin(real, ignored)) return [join(folder, relative(real, ignored))];
  return isWithin(ignored, real) ? [folder] : [];
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

async function askGit(repository: string, args: readonly string[], input?: string) {
  try {
    return await runGit(repository, args, input === undefined ? {} : { input });
  } catch (error) {
    if (error instanceof MillwrightError && error.code === 'PROCESS_MISSING') return undefined;
    throw error;
  }
}

function namesIn(output: string): string[] {
  return output.split('\0').filter((name) => name !== '');
}
