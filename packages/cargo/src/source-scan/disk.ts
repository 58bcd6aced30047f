import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { statOf } from '@millwright/toolkit';

export type EntryKind = 'file' | 'folder' | 'other';

/** The names of folders that tools fill: cargo, git, npm and Nx. */
const foreign = new Set(['target', '.git', 'node_modules', '.nx']);

export function isForeignName(name: string): boolean {
  return foreign.has(name);
}

/** The files of a repository at one moment; each folder and file is looked at once. All paths are relative to it. */
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

  /** What lies at a path, links followed; undefined where nothing does. */
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

  /** The names in a folder with what they are; none where it cannot be read. */
  list(folder: string): ReadonlyMap<string, EntryKind | 'link'> {
    let list = this.lists.get(folder);
    if (!list) this.lists.set(folder, (list = this.readFolder(folder)));
    return list;
  }

  /** Whether a tool fills a folder. A module may be called `target` too. */
  isForeign(folder: string): boolean {
    const name = posix.basename(folder);
    if (name !== 'target') return isForeignName(name);
    return this.list(folder).has('CACHEDIR.TAG') || this.list(posix.dirname(folder)).has('Cargo.toml');
  }

  /** The same for two files of one text: the change time cannot be set back. Undefined where there is no regular file. */
  stampOf(path: string): string | undefined {
    if (!this.stamps.has(path)) {
      const stat = statOf(this.absolute(path));
      this.stamps.set(path, stat?.isFile() === true ? stampFrom(stat) : undefined);
    }
    return this.stamps.get(path);
  }

  /** Where a path really lies, links followed; undefined where it leads nowhere. */
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

  /** Joins as the system does: a step up from a linked folder leads to where the folder lies. */
  readonly joinPath = (folder: string, path: string): string => {
    if (posix.isAbsolute(path)) return path;
    if (!path.includes('..')) return posix.join(folder, path).replace(/(?<=.)\/$/, '');
    let current = folder;
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      current = part === '..' ? above(this.realFolder(current) ?? current) : posix.join(current, part);
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
      // An exception takes ten times as long as a question.
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

/** The size of the file with a stamp, in bytes. */
export function sizeIn(stamp: string): number {
  return Number.parseInt(stamp, 10);
}

/** The folder above another, which for one above the repository goes on upwards. */
function above(folder: string): string {
  return posix.join(folder, '..');
}

function realOrSame(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
