import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { statOf } from '@millwright/toolkit';

export type EntryKind = 'file' | 'folder' | 'other';

/** Names of folders that cargo, git, npm and Nx write to. */
const toolFolders = new Set(['target', '.git', 'node_modules', '.nx']);

export function isToolFolderName(name: string): boolean {
  return toolFolders.has(name);
}

/** A cached view of a repository's files: each folder and file is read once. All paths are relative to the repository. */
export class Disk {
  private readonly lists = new Map<string, ReadonlyMap<string, EntryKind | 'link'>>();
  private readonly kinds = new Map<string, EntryKind | undefined>();
  private readonly stamps = new Map<string, string | undefined>();
  private readonly realFolders = new Map<string, string | undefined>();
  private readonly root: string;

  /** @param repository its folder, absolute */
  constructor(readonly repository: string) {
    this.root = realOrSame(repository);
  }

  absolute(path: string): string {
    return posix.isAbsolute(path) ? path : join(this.repository, path);
  }

  /** Returns the kind of entry at a path, following links; undefined if it does not exist. */
  kindOf(path: string): EntryKind | undefined {
    if (!this.kinds.has(path)) this.kinds.set(path, this.findKind(path));
    return this.kinds.get(path);
  }

  isFile(path: string): boolean {
    return this.kindOf(path) === 'file';
  }

  exists(path: string): boolean {
    return this.kindOf(path) !== undefined;
  }

  /** Returns the entries of a folder with their kinds; none if the folder cannot be read. */
  list(folder: string): ReadonlyMap<string, EntryKind | 'link'> {
    let list = this.lists.get(folder);
    if (!list) this.lists.set(folder, (list = this.readFolder(folder)));
    return list;
  }

  /** Returns whether a folder is written by a tool. `target` may also be the folder of a module. */
  isToolFolder(folder: string): boolean {
    const name = posix.basename(folder);
    if (name !== 'target') return isToolFolderName(name);
    return this.list(folder).has('CACHEDIR.TAG') || this.list(posix.dirname(folder)).has('Cargo.toml');
  }

  /** Returns a stamp that changes with the file, because programs cannot set ctime back; undefined if it is not a regular file. */
  stampOf(path: string): string | undefined {
    if (!this.stamps.has(path)) {
      const stat = statOf(this.absolute(path));
      this.stamps.set(path, stat?.isFile() === true ? stampFrom(stat) : undefined);
    }
    return this.stamps.get(path);
  }

  /** Resolves symbolic links in a path; returns undefined if the target does not exist. */
  realPath(path: string): string | undefined {
    const folder = posix.dirname(path);
    const name = posix.basename(path);
    const real = path === '.' ? undefined : this.realFolder(folder);
    if (
      real === undefined ||
      name === '..' ||
      this.list(folder).get(name) === 'link' ||
      !this.list(folder).has(name)
    ) {
      return this.findReal(path);
    }
    return posix.join(real, name);
  }

  /** Joins paths as the system does: `..` after a symbolic link is the parent of the link's target. */
  readonly joinPath = (folder: string, path: string): string => {
    if (posix.isAbsolute(path)) return path;
    if (!path.includes('..')) return posix.join(folder, path).replace(/(?<=.)\/$/, '');
    let current = folder;
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      current = part === '..' ? parentOf(this.realFolder(current) ?? current) : posix.join(current, part);
    }
    return current;
  };

  private realFolder(folder: string): string | undefined {
    if (!this.realFolders.has(folder)) this.realFolders.set(folder, this.findReal(folder));
    return this.realFolders.get(folder);
  }

  private findReal(path: string): string | undefined {
    try {
      const real = realpathSync.native(this.absolute(path));
      return relative(this.root, real).split(sep).join('/') || '.';
    } catch {
      return undefined;
    }
  }

  private findKind(path: string): EntryKind | undefined {
    const name = posix.basename(path);
    const isPlain = !posix.isAbsolute(path) && path !== '.' && name !== '..';
    const listed = isPlain ? this.list(posix.dirname(path)).get(name) : 'link';
    if (listed !== 'link') return listed;
    const stat = statOf(this.absolute(path));
    return stat && kindFrom(stat);
  }

  private readFolder(folder: string): ReadonlyMap<string, EntryKind | 'link'> {
    try {
      // Throwing for a missing folder is ten times slower than this check.
      if (lstatSync(this.absolute(folder), { throwIfNoEntry: false }) === undefined) return new Map();
      const entries = readdirSync(this.absolute(folder), { withFileTypes: true });
      return new Map(
        entries.map((entry) => [entry.name, entry.isSymbolicLink() ? 'link' : kindFrom(entry)] as const),
      );
    } catch {
      return new Map();
    }
  }
}

function kindFrom(stat: { isFile(): boolean; isDirectory(): boolean }): EntryKind {
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}

function stampFrom({ size, ino, mtimeMs, ctimeMs }: Stats): string {
  return `${size}:${ino}:${mtimeMs}:${ctimeMs}`;
}

/** Returns the size of the file with a stamp, in bytes. */
export function sizeIn(stamp: string): number {
  return Number.parseInt(stamp, 10);
}

/** Returns the parent folder, also for folders above the repository. */
function parentOf(folder: string): string {
  return posix.join(folder, '..');
}

function realOrSame(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
