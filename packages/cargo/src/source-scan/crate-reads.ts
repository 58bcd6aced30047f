import { posix } from 'node:path';
import type { Disk } from './disk.js';

/** The place of a read, for messages. */
export interface ReadPlace {
  readonly file: string;
  readonly line: number;
  readonly by: string;
}

/** Which files of a folder count: all, or only code, without documentation and tests. */
export type Breadth = 'all' | 'code';

/** The files and variables that one part of a crate is compiled from. All paths are relative to the repository. */
export interface PartReads {
  /** Files and folders of the repository, including the sources, each with the first place that names it. */
  readonly files: ReadonlyMap<string, ReadPlace>;
  readonly variables: ReadonlySet<string>;
  /** Files outside the repository: absolute paths, or relative ones that begin with `../`. */
  readonly outside: ReadonlyMap<string, ReadPlace>;
  /** Folders in which any file may be read, without the packages in them. */
  readonly folders: ReadonlyMap<string, Breadth>;
}

/** The files and variables that a crate is built from, by part. */
export interface CrateReads {
  /** The library and the build script, which are part of every build of a dependent crate. */
  readonly library: PartReads;
  /** Additional reads of the crate's binaries. */
  readonly binaries: PartReads;
  /** Additional reads of tests, examples and benches, at compile time and at run time. */
  readonly tests: PartReads;
  /** Folders whose path contains a variable that is not set, as written in the source. */
  readonly unset: ReadonlyMap<string, ReadPlace>;
  /** The repositories whose git state the build reads, by folder; true if it reads whether the work tree is clean. */
  readonly repositories: ReadonlyMap<string, boolean>;
}

/** A part of a crate, to which reads are added. */
export class Part implements PartReads {
  readonly files = new Map<string, ReadPlace>();
  readonly variables = new Set<string>();
  readonly outside = new Map<string, ReadPlace>();
  readonly folders = new Map<string, Breadth>();

  constructor(private readonly disk: Disk) {}

  /** Adds a whole folder. */
  addFolder(folder: string, breadth: Breadth): void {
    if (this.folders.get(folder) !== 'all') this.folders.set(folder, breadth);
  }

  /** Adds a file or folder, and the target if it is a symbolic link: git reports changes only for the target. */
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

/** Merges the reads of several parts. */
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

/** Returns whether a path is in a folder; `.` contains every relative path that does not begin with `../`. */
export function isInside(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative !== '..' && !relative.startsWith('../');
}
