import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { MillwrightError, repositoryAbove, runGit } from '@millwright/toolkit';

/**
 * Returns the files that git ignores, by the rules of the repository that contains each file. Returns none
 * if there is no repository or git is not installed.
 * @param paths absolute paths; symbolic links in their folders are resolved before git is asked
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

/** Finds the repository of a file. The file's folder may no longer exist. */
function repositoryOf(path: string): string | undefined {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return repositoryAbove(folder);
}

/** Resolves the symbolic links in a folder's path, as far as the path exists. */
function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return join(realFolder(dirname(folder)), basename(folder));
  }
}

async function ignoredIn(repository: string, paths: readonly string[]): Promise<readonly string[]> {
  const input = paths.map((path) => `${relative(repository, path)}\0`).join('');
  const result = await askGit(repository, ['check-ignore', '-z', '--stdin'], input);
  if (result?.exitCode === 0) return pathsIn(result.stdout).map((name) => join(repository, name));
  // git rejects the whole list because of one path, such as one beyond a symbolic link. Ask for each path
  // separately.
  if (result === undefined || result.exitCode === 1 || paths.length === 1) return [];
  return (await Promise.all(paths.map((path) => ignoredIn(repository, [path])))).flat();
}

/** Returns the subfolders that git ignores completely. They need not be watched. */
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
  const named = pathsIn(result.stdout)
    .filter((name) => name.endsWith('/'))
    .map((name) => join(repository, name.slice(0, -1)));
  // git also lists folders that happen to contain only ignored files. Sources can be added to those.
  return named.length === 0 ? [] : ignoredIn(repository, named);
}

/**
 * Maps an ignored folder to its path within a watched folder, which may be reached through a symbolic link.
 */
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

function pathsIn(output: string): string[] {
  return output.split('\0').filter((name) => name !== '');
}
