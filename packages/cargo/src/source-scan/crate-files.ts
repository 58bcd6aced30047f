import { readdirSync, realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { statOf, warnOnce } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** The files in a folder of a crate. All paths are relative to the repository. */
export interface CrateFiles {
  /** Every regular file, including those reached through symbolic links. */
  readonly files: readonly string[];
  /** Targets of symbolic links, by the link's path. A path outside the repository begins with `../`. */
  readonly links: ReadonlyMap<string, string>;
  /** False if the listing stopped at the limit. */
  readonly isWhole: boolean;
}

/** Folders that contain no sources, at any depth. */
const toolFolders = new Set(['target', '.git', 'node_modules', '.nx']);

/** The maximum number of entries listed through links out of the repository: a link may lead to a whole file system. */
const maxEntriesOutside = 20_000;

/** How often one folder is listed through different links: folders that link to each other yield very many paths. */
const maxVisits = 3;

/** A folder with one of these files belongs to another crate, or is a cache such as cargo's target folder. */
const boundaryFiles = new Set(['Cargo.toml', 'CACHEDIR.TAG']);

/**
 * Lists a folder of a crate, without other crates in it.
 * @param repository its folder, absolute
 * @param maxFiles the number of files after which it stops
 */
export function crateFiles(repository: string, folder: string, maxFiles = Infinity): CrateFiles {
  const files: string[] = [];
  const links = new Map<string, string>();
  const visits = new Map<string, number>();
  let outside = 0;
  // A link may point to a folder that contains it.
  const visit = (current: string, above: readonly string[], isOutsideRepository: boolean): void => {
    if (files.length > maxFiles) return;
    let entries;
    try {
      entries = readdirSync(join(repository, current), { withFileTypes: true });
    } catch {
      return;
    }
    if (current !== folder && entries.some(({ name }) => boundaryFiles.has(name))) return;
    if (isOutsideRepository) outside += entries.length;
    if (outside > maxEntriesOutside) {
      warnOnce(
        cargoError('INPUT_TOO_LARGE', {
          what: `${folder} links to too many files outside the repository`,
          why: `symbolic links in the crate point to more than ${maxEntriesOutside} files outside the repository; changes in some of them will not trigger a rebuild`,
        }),
      );
      return;
    }
    for (const entry of entries) {
      const path = posix.join(current, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory()) {
        if (!toolFolders.has(entry.name)) visit(path, above, isOutsideRepository);
      } else if (entry.isSymbolicLink()) {
        const real = realPath(repository, path);
        if (real === undefined) continue;
        links.set(path, real);
        const target = statOf(join(repository, path));
        if (target?.isFile()) files.push(path);
        if (target?.isDirectory() !== true || above.includes(real) || toolFolders.has(entry.name)) continue;
        const times = (visits.get(real) ?? 0) + 1;
        visits.set(real, times);
        if (times > maxVisits || isAncestor(real)) continue;
        visit(path, [...above, real], isOutsideRepository || real.startsWith('../'));
      }
    }
  };
  visit(folder, [folder], false);
  return { files, links, isWhole: files.length <= maxFiles };
}

/** Returns whether a path relative to the repository names a folder above it. */
function isAncestor(path: string): boolean {
  return path.split('/').every((step) => step === '..');
}

/** Returns the names of the subfolders of a folder, without symbolic links. */
export function foldersIn(repository: string, folder: string): string[] {
  try {
    const entries = readdirSync(join(repository, folder), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !toolFolders.has(entry.name))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/**
 * Resolves symbolic links in a path, both relative to the repository; returns undefined if the file does not exist or
 * has no path, such as a pipe in `/proc/self/fd`.
 */
export function realPath(repository: string, path: string): string | undefined {
  try {
    return relative(realpathSync.native(repository), realpathSync.native(join(repository, path)))
      .split(sep)
      .join('/');
  } catch {
    return undefined;
  }
}
