import { posix } from 'node:path';
import type { Disk } from './disk.js';

/** A file, or a whole folder. */
export interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

/** The folders of a repository's packages: separates the files of a package from those of packages inside it. */
export class Layout {
  private readonly packages: ReadonlySet<string>;
  /** The folders that contain packages. */
  private readonly foldersWithPackages = new Set<string>();

  /** @param packages the folders with a manifest */
  constructor(
    readonly disk: Disk,
    packages: Iterable<string>,
  ) {
    this.packages = new Set(packages);
    for (const folder of this.packages) {
      for (let above = folder; above !== '.' && above !== '..' && above !== '/';) {
        above = posix.dirname(above);
        this.foldersWithPackages.add(above);
      }
    }
  }

  isPackage(folder: string): boolean {
    return this.packages.has(folder);
  }

  /** Returns whether a folder contains other packages. */
  containsPackages(folder: string): boolean {
    return this.foldersWithPackages.has(folder);
  }

  /** Returns whether a path belongs to the package in a folder, and not to a package inside it. */
  isOwn(path: string, root: string): boolean {
    for (let current = path; current !== root; current = posix.dirname(current)) {
      if (current === '.' || current === '..' || current === '/' || this.isPackage(current)) return false;
    }
    return true;
  }

  /** Yields the files and folders that make up a folder, without the packages in it and without links to folders. */
  *ownEntries(folder: string): Generator<Entry> {
    for (const [name, kind] of this.disk.list(folder)) {
      const path = posix.join(folder, name);
      if (kind === 'link' && this.disk.kindOf(path) === 'folder') continue;
      if (kind !== 'folder') yield { path, isFolder: false };
      else if (this.disk.isToolFolder(path) || this.isPackage(path)) continue;
      else if (this.containsPackages(path)) yield* this.ownEntries(path);
      else yield { path, isFolder: true };
    }
  }

  /** Yields every file below a folder, without packages and tools' folders; does not follow links to folders. */
  *filesIn(folder: string): Generator<string> {
    for (const [path, kind] of this.entriesIn(folder)) {
      if (kind !== 'link' || this.disk.kindOf(path) !== 'folder') yield path;
    }
  }

  /** Yields every symbolic link below a folder, without packages and tools' folders. */
  *linksIn(folder: string): Generator<string> {
    for (const [path, kind] of this.entriesIn(folder)) {
      if (kind === 'link' && !this.disk.isToolFolder(path)) yield path;
    }
  }

  private *entriesIn(folder: string): Generator<readonly [path: string, kind: 'file' | 'other' | 'link']> {
    for (const [name, kind] of this.disk.list(folder)) {
      const path = posix.join(folder, name);
      if (kind !== 'folder') yield [path, kind];
      else if (!this.disk.isToolFolder(path) && !this.isPackage(path)) yield* this.entriesIn(path);
    }
  }
}
