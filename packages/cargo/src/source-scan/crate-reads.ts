import { posix } from 'node:path';
import type { Disk } from './disk.js';

/** Where something was found, for messages. */
export interface ReadPlace {
  readonly file: string;
  readonly line: number;
  readonly by: string;
}

/** What of a folder counts: all of it, or not what only people and tests read, such as documentation. */
export type Breadth = 'all' | 'code';

/** What one part of a crate is compiled from. All paths are relative to the repository. */
export interface PartReads {
  /** Files and folders of the repository, the sources themselves included, with the first place that names each. */
  readonly files: ReadonlyMap<string, ReadPlace>;
  readonly variables: ReadonlySet<string>;
  /** Reads out of the repository: absolute, or relative to the repository and beginning with `../`. */
  readonly outside: ReadonlyMap<string, ReadPlace>;
  /** Folders any of whose files may be read, without the packages in them. */
  readonly folders: ReadonlyMap<string, Breadth>;
}

/** What a crate is built from, part by part. */
export interface CrateReads {
  /** The library and the build script: what every build takes that takes the crate. */
  readonly library: PartReads;
  /** What the crate's own binaries add. */
  readonly binaries: PartReads;
  /** What tests, examples and benches add, also what they read when they run. */
  readonly tests: PartReads;
  /** Folders as sources name them by variables of which one is not set. */
  readonly unset: ReadonlyMap<string, ReadPlace>;
  /** The repositories whose state the build asks for, by folder, and whether it asks if their work trees are clean. */
  readonly repositories: ReadonlyMap<string, boolean>;
}

/** A part while it is put together. */
export class Part implements PartReads {
  readonly files = new Map<string, ReadPlace>();
  readonly variables = new Set<string>();
  readonly outside = new Map<string, ReadPlace>();
  readonly folders = new Map<string, Breadth>();

  constructor(private readonly disk: Disk) {}

  /** Lets a folder count as a whole. */
  addFolder(folder: string, breadth: Breadth): void {
    if (this.folders.get(folder) !== 'all') this.folders.set(folder, breadth);
  }

  /** Adds a file or folder, and where it really lies: git knows a change only there. */
  add(path: string, place: ReadPlace): void {
    if (this.files.has(path)) return;
    this.files.set(path, place);
    const real = this.disk.realPath(path);
    if (real === undefined || real === path) return;
    const link = { file: path, line: 1, by: 'a symbolic link' };
    if (real.startsWith('../')) this.outside.set(real, link);
    else if (!this.files.has(real)) this.files.set(real, link);
  }
}

/** The reads of some parts together. */
export function joinedReads(parts: readonly PartReads[]): PartReads {
  const folders = new Map<string, Breadth>();
  for (const part of parts) {
    for (const [folder, breadth] of part.folders) {
      if (folders.get(folder) !== 'all') folders.set(folder, breadth);
    }
  }
  return {
    files: new Map(parts.flatMap(({ files }) => [...files])),
    variables: new Set(parts.flatMap(({ variables }) => [...variables])),
    outside: new Map(parts.flatMap(({ outside }) => [...outside])),
    folders,
  };
}

/** Whether a path stands in a folder; every path stands in `.`. */
export function isInside(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative !== '..' && !relative.startsWith('../');
}
