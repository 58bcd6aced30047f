import { posix, relative, resolve, sep } from 'node:path';
import { isCargoVariable } from './cargo-variables.js';
import type { DepInfo } from './dep-info.js';

/** What a task declares as its inputs. */
export interface DeclaredInputs {
  /** Whether a file, relative to the repository, is an input. */
  readonly hasFile: (path: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
}

export interface BuildFolders {
  /** The repository's folder, absolute as the others. */
  readonly repository: string;
  /** Where the compiler ran: the Cargo workspace's folder. */
  readonly workingFolder: string;
  /** Folders that builds write to, such as cargo's target folder: what stands there was generated. */
  readonly generated: readonly string[];
}

export interface Undeclared {
  /** Files of the repository, relative to it. */
  readonly files: readonly string[];
  readonly variables: readonly string[];
}

/**
 * What a build read and its task did not declare, in order. Files out of the repository are not named: they
 * belong to the toolchain or to locked packages. Neither are cargo's own variables.
 */
export function undeclared(read: DepInfo, declared: DeclaredInputs, folders: BuildFolders): Undeclared {
  const files = new Set<string>();
  for (const file of read.files) {
    const absolute = resolve(folders.workingFolder, file);
    if (folders.generated.some((folder) => pathWithin(absolute, folder) !== undefined)) continue;
    const path = pathWithin(absolute, folders.repository);
    if (path !== undefined && !declared.hasFile(path)) files.add(path);
  }
  const variables = [...read.variables.keys()].filter((name) => {
    return !isCargoVariable(name, 'source') && !declared.hasVariable(name);
  });
  return { files: [...files].sort(), variables: variables.sort() };
}

function pathWithin(path: string, folder: string): string | undefined {
  const inside = relative(folder, path).split(sep).join(posix.sep);
  return inside === '..' || inside.startsWith('../') || posix.isAbsolute(inside) ? undefined : inside;
}
