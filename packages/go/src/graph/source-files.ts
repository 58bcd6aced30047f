import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { readIncludes } from './cgo.js';
import { readGoSource } from './go-source.js';
import type { GoPackage, GoSource, Includes } from './model.js';
import { isLeftOut, isOtherSource } from './packages.js';

/** What was read of files, by path, and what the system said of each then. */
type Memory<Read> = Record<string, { readonly stamp: string; readonly read: Read }>;

export interface SourceMemory {
  readonly go?: Memory<GoSource>;
  readonly c?: Memory<Includes>;
}

/**
 * The Go files of a Nx workspace on disk, remembered from one reading of the graph to the next, since almost none
 * changes in between.
 * @param workspace the Nx workspace's folder, absolute
 */
export class SourceFiles {
  private readonly found = new Map<string, string[]>();
  private readonly beside = new Map<string, string[]>();
  private readonly go: RememberedFiles<GoSource>;
  private readonly c: RememberedFiles<Includes>;

  constructor(
    private readonly workspace: string,
    { go = {}, c = {} }: SourceMemory,
  ) {
    this.go = new RememberedFiles(workspace, go, readGoSource);
    this.c = new RememberedFiles(workspace, c, readIncludes);
  }

  /** What there is to remember: the files that were asked for; undefined where it is what was known. */
  remembered(): SourceMemory | undefined {
    return this.go.changed || this.c.changed ? { go: this.go.fresh, c: this.c.fresh } : undefined;
  }

  /** A module's folder and all below it that may hold packages of its own. */
  foldersBelow(root: string): string[] {
    const folders: string[] = [];
    const visit = (folder: string): void => {
      let entries;
      try {
        entries = readdirSync(join(this.workspace, folder), { withFileTypes: true });
      } catch {
        return;
      }
      if (folder !== root && entries.some(({ name }) => name === 'go.mod')) return;
      const sources: string[] = [];
      const beside: string[] = [];
      for (const entry of entries) {
        if (entry.isDirectory()) {
          if (!isLeftOut(entry.name) && entry.name !== 'node_modules') visit(posix.join(folder, entry.name));
        } else if (/^[_.]/.test(entry.name)) continue;
        else if (entry.name.endsWith('.go')) sources.push(entry.name);
        else if (isOtherSource(entry.name)) beside.push(entry.name);
      }
      if (sources.length === 0) return;
      folders.push(folder);
      this.found.set(folder, sources.sort());
      this.beside.set(folder, beside.sort());
    };
    visit(root);
    return folders;
  }

  /** The names of the Go files in a folder that {@link foldersBelow} listed. */
  filesIn(folder: string): readonly string[] {
    return this.found.get(folder) ?? [];
  }

  /** The package in a folder that {@link foldersBelow} listed. */
  package(folder: string): GoPackage | undefined {
    const sources = new Map<string, GoSource>();
    for (const name of this.filesIn(folder)) {
      const source = this.go.read(posix.join(folder, name));
      if (source) sources.set(name, source);
    }
    return sources.size === 0 ? undefined : { folder, sources };
  }

  /** The names of the C and assembly files beside the Go files in a folder that {@link foldersBelow} listed. */
  otherFilesIn(folder: string): readonly string[] {
    return this.beside.get(folder) ?? [];
  }

  /** What a C file asks for; undefined where there is none. @param path relative to the workspace, or absolute */
  includes(path: string): Includes | undefined {
    return this.c.read(path);
  }
}

class RememberedFiles<Read> {
  readonly fresh: Memory<Read> = {};
  changed = false;

  constructor(
    private readonly workspace: string,
    private readonly memory: Memory<Read>,
    private readonly parse: (text: string) => Read,
  ) {}

  read(path: string): Read | undefined {
    const absolute = resolve(this.workspace, path);
    const stat = statOf(absolute);
    if (stat?.isFile() !== true) return undefined;
    // Two files with the same stamp hold the same text: the change time cannot be set back.
    const stamp = `${stat.size}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`;
    const known = this.memory[path];
    if (known?.stamp === stamp) {
      this.fresh[path] = known;
      return known.read;
    }
    const text = readText(absolute);
    if (text === undefined) return undefined;
    this.changed = true;
    const read = this.parse(text);
    this.fresh[path] = { stamp, read };
    return read;
  }
}

/** Where a path of the repository really lies, relative to it; the path itself where it is no symbolic link. */
export function realPath(workspace: string, path: string): string {
  const absolute = join(workspace, path);
  if (!existsSync(absolute)) return path;
  return relative(realpathSync(workspace), realpathSync(absolute)).split(sep).join('/');
}

/** The file that a path of the repository is, or all files below the folder that it is, its own path before each. */
export function filesAt(workspace: string, path: string): string[] {
  const absolute = resolve(workspace, path);
  const stat = statOf(absolute);
  if (stat?.isDirectory() !== true) return stat === undefined ? [] : [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      posix.join(path, relative(absolute, join(entry.parentPath, entry.name)).split(sep).join('/')),
    );
}
