import { posix } from 'node:path';
import type { SourceRole } from './cargo-variables.js';
import { variablesIn } from './interpolated-path.js';
import { scanSource } from './sources.js';
import { isOutside, isRootLike, moduleFiles, resolveRead, scanModules } from './paths.js';

export interface CrateSource {
  /** Relative to the repository, as all paths here are. */
  readonly path: string;
  readonly text: string;
  readonly role: SourceRole;
}

/** What may be asked of the repository's files while the reads are followed. */
export interface Repository {
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** Whether a file or folder exists. */
  readonly exists: (path: string) => boolean;
}

/** Where something was found, for messages. */
export interface ReadPlace {
  readonly file: string;
  readonly line: number;
  readonly by: string;
}

export interface CrateReads {
  /** Files and folders of the repository, those of the crate itself included, with the first place that reads each. */
  readonly files: ReadonlyMap<string, ReadPlace>;
  readonly variables: ReadonlySet<string>;
  /** Reads out of the repository: absolute, or relative to the repository and beginning with `../`. */
  readonly outside: ReadonlyMap<string, ReadPlace>;
  /** Folders as sources name them by variables of which one is not set. */
  readonly unset: ReadonlyMap<string, ReadPlace>;
}

/** Reads before variables are put in the place of their names. */
export interface ScannedReads extends Omit<CrateReads, 'unset'> {
  /** Folders as sources name them by variables, relative to the crate. */
  readonly interpolated: ReadonlyMap<string, ReadPlace>;
}

/**
 * What the build of a crate reads besides the files it is given: the reads of each of its sources, and those of
 * the Rust files that these take from elsewhere. What only tests read is left out.
 */
export function readsOfCrate(
  crate: { readonly root: string; readonly workspaceRoot: string },
  sources: Iterable<CrateSource>,
  repository: Repository,
): ScannedReads {
  const files = new Map<string, ReadPlace>();
  const variables = new Set<string>();
  const outside = new Map<string, ReadPlace>();
  const interpolated = new Map<string, ReadPlace>();
  const queue: (CrateSource & { readonly rootLike?: boolean })[] = [...sources];
  const seen = new Set(queue.map(({ path }) => path));

  const enqueue = (path: string, role: SourceRole, rootLike: boolean): void => {
    const text = seen.has(path) ? undefined : repository.read(path);
    if (text === undefined) return;
    seen.add(path);
    queue.push({ path, text, role, rootLike });
  };

  for (const { path: file, text, role, rootLike } of queue) {
    const place = { crate: crate.root, workspace: crate.workspaceRoot, file };
    const reads = scanSource(text, role);
    for (const read of reads.files) {
      if (read.testOnly) continue;
      const where = { file, line: read.line, by: read.by };
      if (takesVariables.has(read.by) && variablesIn(read.path).length > 0) {
        interpolated.set(read.path, where);
        continue;
      }
      const path = resolveRead(place, read);
      if (isOutside(path)) {
        if (read.certain) outside.set(path, where);
        continue;
      }
      if (!read.certain && !repository.exists(path)) continue;
      if (!files.has(path)) files.set(path, where);
      const isCode = read.by === '#[path]' || read.by === 'include!';
      if (isCode) enqueue(path, role, read.by === '#[path]' || isRootLike(path));
    }
    for (const variable of reads.variables) if (!variable.testOnly) variables.add(variable.name);
    if (rootLike === undefined || isInside(file, crate.root)) continue;
    for (const declaration of scanModules(text)) {
      const path = moduleFiles(file, declaration, rootLike).find((candidate) => repository.exists(candidate));
      if (path === undefined) continue;
      if (!files.has(path)) files.set(path, { file, line: 1, by: 'mod' });
      enqueue(path, role, isRootLike(path));
    }
  }
  return { files, variables, outside, interpolated };
}

/** What puts variables into a path by itself. */
const takesVariables: ReadonlySet<string> = new Set(['#[folder]', 'include_dir!']);

/** Whether a path stands in a folder; every path stands in `.`. */
export function isInside(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative !== '..' && !relative.startsWith('../');
}
