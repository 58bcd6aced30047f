import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { ReadBudget, readText, statOf, warnOnce } from '@millwright/toolkit';
import { goError } from '../errors.js';
import { readIncludes } from './cgo.js';
import { readGoSource } from './go-source.js';
import type { GoPackage, GoSource, Includes } from './model.js';
import { isIgnoredFolder, isOtherSource } from './packages.js';
import type { CachedEntries, SourceCache } from './source-cache.js';

/**
 * The Go files of an Nx workspace on disk. Parsed files are cached between graph computations, because few files
 * change in between.
 * @param workspace the Nx workspace's folder, absolute
 */
export class SourceFiles {
  private readonly found = new Map<string, string[]>();
  private readonly beside = new Map<string, string[]>();
  private readonly go: CachedFiles<GoSource>;
  private readonly c: CachedFiles<Includes>;

  constructor(
    private readonly workspace: string,
    { go = {}, c = {} }: SourceCache,
  ) {
    this.go = new CachedFiles(workspace, go, readGoSource);
    this.c = new CachedFiles(workspace, c, readIncludes);
  }

  /** Returns the parsed files to cache; undefined if the cache is unchanged. */
  localCache(): SourceCache | undefined {
    return this.go.changed || this.c.changed ? { go: this.go.fresh, c: this.c.fresh } : undefined;
  }

  /** Returns the folder of a module and its subfolders that may contain packages of the module. */
  foldersBelow(root: string): string[] {
    const folders: string[] = [];
    const visit = (folder: string): void => {
      const entries = this.entriesOf(folder);
      if (folder !== root && entries.some(({ name }) => name === 'go.mod')) return;
      for (const entry of entries) {
        if (entry.isDirectory() && !isIgnoredFolder(entry.name) && entry.name !== 'node_modules')
          visit(posix.join(folder, entry.name));
      }
      if (this.list(folder, entries).length > 0) folders.push(folder);
    };
    visit(root);
    return folders;
  }

  /** Returns the names of the Go files in a folder. */
  private list(folder: string, entries: readonly Dirent[]): readonly string[] {
    const names = entries
      .filter((entry) => !entry.isDirectory() && !/^[_.]/.test(entry.name))
      .map(({ name }) => name)
      .sort();
    const sources = names.filter((name) => name.endsWith('.go'));
    this.found.set(folder, sources);
    this.beside.set(folder, names.filter(isOtherSource));
    return sources;
  }

  private entriesOf(folder: string): readonly Dirent[] {
    return entriesOf(join(this.workspace, folder));
  }

  /** Returns the names of the Go files in a folder. */
  filesIn(folder: string): readonly string[] {
    return this.found.get(folder) ?? this.list(folder, this.entriesOf(folder));
  }

  /** Returns the package in a folder; undefined if it contains no Go files. */
  package(folder: string): GoPackage | undefined {
    const sources = new Map<string, GoSource>();
    for (const name of this.filesIn(folder)) {
      const source = this.go.read(posix.join(folder, name));
      if (source) sources.set(name, source);
    }
    return sources.size === 0 ? undefined : { folder, sources };
  }

  /** Returns the names of the C and assembly files in a folder. */
  otherFilesIn(folder: string): readonly string[] {
    return this.beside.get(folder) ?? [];
  }

  /**
   * Returns the includes of a C file; undefined if the file does not exist. @param path relative to the workspace, or
   * absolute
   */
  includes(path: string): Includes | undefined {
    return this.c.read(path);
  }
}

class CachedFiles<Read> {
  readonly fresh: CachedEntries<Read> = {};
  changed = false;
  private readonly budget = new ReadBudget('sources of Go modules');

  constructor(
    private readonly workspace: string,
    private readonly memory: CachedEntries<Read>,
    private readonly parse: (text: string) => Read,
  ) {}

  read(path: string): Read | undefined {
    const absolute = resolve(this.workspace, path);
    const stat = statOf(absolute);
    if (stat?.isFile() !== true) return undefined;
    // Files with equal stamps are equal, because programs cannot set the change time back.
    const stamp = `${stat.size}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`;
    // Cached files count towards the budget as well, so that each run covers the same files.
    if (!this.budget.reserve(stat.size)) return undefined;
    const known = Object.hasOwn(this.memory, path) ? this.memory[path] : undefined;
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

/** Resolves symbolic links in a path of the repository. Returns a path relative to the repository. */
export function realPath(workspace: string, path: string): string {
  const absolute = join(workspace, path);
  if (!existsSync(absolute)) return path;
  const real = relative(realpathSync.native(workspace), realpathSync.native(absolute)).split(sep).join('/');
  return real === '' ? '.' : real;
}

/** The maximum number of entries in a folder. Flags of a C compiler may name any folder, such as `/`. */
const maxFiles = 100_000;

/** The real paths of folders with too many files, because many flags and links may name the same one. */
const tooLarge = new Set<string>();

/**
 * Returns the file at a path of the repository, or all files in the folder at that path, prefixed with it. For a
 * folder with too many files, prints a warning and returns none.
 * @param maxEntries the maximum number of entries in the folder
 */
export function filesAt(workspace: string, path: string, maxEntries = maxFiles): string[] {
  const stat = statOf(resolve(workspace, path));
  if (stat?.isDirectory() !== true) return stat === undefined ? [] : [path];
  const real = realpathSync.native(resolve(workspace, path));
  if (tooLarge.has(real)) return [];
  const files: string[] = [];
  const folders = [path];
  let entries = 0;
  for (const folder of folders) {
    for (const entry of entriesOf(resolve(workspace, folder))) {
      if (++entries > maxEntries) {
        tooLarge.add(real);
        warnOnce(
          goError('INPUT_TOO_LARGE', {
            what: `the folder ${path} has too many files to be hashed`,
            why: `a #cgo directive names this folder, which contains more than ${maxEntries} files; changes in them will not trigger a rebuild`,
          }),
        );
        return [];
      }
      (entry.isDirectory() ? folders : files).push(posix.join(folder, entry.name));
    }
  }
  return files;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

export function kindOf(workspace: string, path: string): 'file' | 'folder' | undefined {
  const stat = statOf(join(workspace, path));
  if (stat === undefined) return undefined;
  return stat.isDirectory() ? 'folder' : 'file';
}

/** Folders that Nx ignores. */
const ignoredFolders = new Set(['.git', '.nx', 'node_modules']);

/** Returns the names of the subfolders of a folder. */
export function foldersIn(workspace: string, folder: string): string[] {
  return entriesOf(join(workspace, folder))
    .filter((entry) => entry.isDirectory() && !ignoredFolders.has(entry.name))
    .map(({ name }) => name)
    .sort();
}
