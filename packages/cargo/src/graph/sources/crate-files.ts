import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { statOf } from '@millwright/toolkit';

/** What lies in a folder of a crate; all paths are relative to the repository. */
export interface CrateFiles {
  /** Every file, through symbolic links too. */
  readonly files: readonly string[];
  /** What symbolic links lead to, by the link's path; a path out of the repository begins with `../`. */
  readonly links: ReadonlyMap<string, string>;
}

/** Folders that hold nothing of a crate's own, wherever they stand. */
const foreign = new Set(['target', '.git', 'node_modules', '.nx']);

/**
 * Lists a folder of a crate without the folders of other crates in it.
 * @param repository its folder, absolute
 */
export function crateFiles(repository: string, folder: string): CrateFiles {
  const files: string[] = [];
  const links = new Map<string, string>();
  // A link may lead to a folder that it stands in itself.
  const visit = (current: string, above: readonly string[]): void => {
    let entries;
    try {
      entries = readdirSync(join(repository, current), { withFileTypes: true });
    } catch {
      return;
    }
    if (current !== folder && entries.some(({ name }) => name === 'Cargo.toml')) return;
    for (const entry of entries) {
      const path = posix.join(current, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory()) {
        if (!foreign.has(entry.name)) visit(path, above);
      } else if (entry.isSymbolicLink()) {
        const real = realPath(repository, path);
        if (real === undefined) continue;
        links.set(path, real);
        const target = statOf(join(repository, path));
        if (target?.isDirectory() !== true) files.push(path);
        else if (!above.includes(real) && !foreign.has(entry.name)) visit(path, [...above, real]);
      }
    }
  };
  visit(folder, [folder]);
  return { files, links };
}

/** Where a path of the repository really lies, relative to it; undefined where it leads nowhere. */
export function realPath(repository: string, path: string): string | undefined {
  const absolute = join(repository, path);
  if (!existsSync(absolute)) return undefined;
  return relative(realpathSync(repository), realpathSync(absolute)).split(sep).join('/');
}
