import { posix } from 'node:path';
import type { Disk } from './disk.js';

/** A file, or a folder that stands for all below it. */
export interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Where the packages of a repository lie, for what is in a folder but not of its package. */
export class Layout {
  private readonly packages: ReadonlySet<string>;
  /** The folders that packages lie in. */
  private readonly holders = new Set<string>();

  /** @param packages the folders with a manifest */
  constructor(
    readonly disk: Disk,
    packages: Iterable<string>,
  ) {
    this.packages = new Set(packages);
    for (const folder of this.packages) {
      for (let above = folder; above !== '.' && above !== '..' && above !== '/';) {
        above = posix.dirname(above);
        this.holders.add(above);
      }
    }
  }

  isPackage(folder: string): boolean {
    return this.packages.has(folder);
  }

  /** Whether other packages lie below a folder. */
  holdsPackages(folder: string): boolean {
    return this.holders.has(folder);
  }

  /** Whether a path lies in a package's folder, and not in that of a package within. */
  isOwn(path: string, root: string): boolean {
    for (let current = path; current !== root; current = posix.dirname(current)) {
      if (current === '.' || current === '..' || current === '/' || this.isPackage(current)) return false;
    }
    return true;
  }

  /** The files and folders that make up a folder without the packages in it; linked folders are left out. */
  *own(folder: string): Generator<Entry> {
    for (const [name, kind] of this.disk.list(folder)) {
      const path = posix.join(folder, name);
      if (kind === 'link' && this.disk.kindOf(path) === 'folder') continue;
      if (kind !== 'folder') yield { path, isFolder: false };
      else if (this.disk.isForeign(path) || this.isPackage(path)) continue;
      else if (this.holdsPackages(path)) yield* this.own(path);
      else yield { path, isFolder: true };
    }
  }

  /** Every file below a folder, without those of packages in it and of tools; linked folders are not followed. */
  *filesIn(folder: string): Generator<string> {
    for (const [path, kind] of this.entriesIn(folder)) {
      if (kind !== 'link' || this.disk.kindOf(path) !== 'folder') yield path;
    }
  }

  /** Every symbolic link below a folder, without those of packages in it and of tools. */
  *linksIn(folder: string): Generator<string> {
    for (const [path, kind] of this.entriesIn(folder)) {
      if (kind === 'link' && !this.disk.isForeign(path)) yield path;
    }
  }

  private *entriesIn(folder: string): Generator<readonly [path: string, kind: 'file' | 'other' | 'link']> {
    for (const [name, kind] of this.disk.list(folder)) {
      const path = posix.join(folder, name);
      if (kind !== 'folder') yield [path, kind];
      else if (!this.disk.isForeign(path) && !this.isPackage(path)) yield* this.entriesIn(path);
    }
  }
}
