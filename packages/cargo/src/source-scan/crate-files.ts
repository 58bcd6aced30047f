import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { statOf, warnOnce } from '@millwright/toolkit';

/** What lies in a folder of a crate; all paths are relative to the repository. */
export interface CrateFiles {
  /** Every regular file, through symbolic links too. */
  readonly files: readonly string[];
  /** What symbolic links lead to, by the link's path; a path out of the repository begins with `../`. */
  readonly links: ReadonlyMap<string, string>;
  /** False where there are more files than were asked for. */
  readonly isWhole: boolean;
}

/** Folders that hold nothing of a crate's own, wherever they stand. */
const foreign = new Set(['target', '.git', 'node_modules', '.nx']);

/** The most entries that are looked at behind links out of the repository: one may lead to a whole file system. */
const mostOutside = 20_000;

/** How often one folder is listed by way of different links, of which folders that link each other have very many. */
const mostVisits = 3;

/** A folder with one of these is none of the crate's: another crate's, or a cache such as cargo's target folder. */
const endOfCrate = new Set(['Cargo.toml', 'CACHEDIR.TAG']);

/**
 * Lists a folder of a crate without the folders of other crates in it.
 * @param repository its folder, absolute
 * @param most the number of files after which it stops
 */
export function crateFiles(repository: string, folder: string, most = Infinity): CrateFiles {
  const files: string[] = [];
  const links = new Map<string, string>();
  const visits = new Map<string, number>();
  let outside = 0;
  // A link may lead to a folder that it stands in itself.
  const visit = (current: string, above: readonly string[], leadsOut: boolean): void => {
    if (files.length > most) return;
    let entries;
    try {
      entries = readdirSync(join(repository, current), { withFileTypes: true });
    } catch {
      return;
    }
    if (current !== folder && entries.some(({ name }) => endOfCrate.has(name))) return;
    if (leadsOut) outside += entries.length;
    if (outside > mostOutside) {
      warnOnce(
        `${folder} has links to more than ${mostOutside} files out of the repository; no more are looked at`,
      );
      return;
    }
    for (const entry of entries) {
      const path = posix.join(current, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory()) {
        if (!foreign.has(entry.name)) visit(path, above, leadsOut);
      } else if (entry.isSymbolicLink()) {
        const real = realPath(repository, path);
        if (real === undefined) continue;
        links.set(path, real);
        const target = statOf(join(repository, path));
        if (target?.isFile()) files.push(path);
        if (target?.isDirectory() !== true || above.includes(real) || foreign.has(entry.name)) continue;
        const times = (visits.get(real) ?? 0) + 1;
        visits.set(real, times);
        if (times > mostVisits || isAround(real)) continue;
        visit(path, [...above, real], leadsOut || real.startsWith('../'));
      }
    }
  };
  visit(folder, [folder], false);
  return { files, links, isWhole: files.length <= most };
}

/** Whether a path relative to the repository is that of a folder around it. */
function isAround(path: string): boolean {
  return path.split('/').every((step) => step === '..');
}

/** The names of the folders in a folder of the repository, symbolic links left out. */
export function foldersIn(repository: string, folder: string): string[] {
  try {
    const entries = readdirSync(join(repository, folder), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !foreign.has(entry.name)).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Where a path of the repository really lies, relative to it; undefined where it leads nowhere. */
export function realPath(repository: string, path: string): string | undefined {
  const absolute = join(repository, path);
  if (!existsSync(absolute)) return undefined;
  return relative(realpathSync(repository), realpathSync(absolute)).split(sep).join('/');
}
