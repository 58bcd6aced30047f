import { posix } from 'node:path';
import { warnOnce } from '@millwright/toolkit';
import { goError } from '../errors.js';
import type { CgoPreamble, GoSource, Includes } from './model.js';
import { isOtherSource } from './packages.js';

/** A package's folder and the Go files that are built. */
export interface NativePackage {
  readonly folder: string;
  readonly sources: ReadonlyMap<string, GoSource>;
}

/** Access to the C files of a repository. Paths are relative to it, or absolute. */
export interface NativeFacts {
  /** Returns the names of the C files in a package's folder. */
  readonly otherFilesIn: (folder: string) => readonly string[];
  /** Returns the includes of a file, or undefined if it does not exist. */
  readonly includes: (path: string) => Includes | undefined;
  /** Returns the file at a path, or all files below it if it is a folder. Empty if nothing exists. */
  readonly filesAt: (path: string) => readonly string[];
  /** Resolves symbolic links. */
  readonly realPath: (path: string) => string;
}

/**
 * Returns the files outside its folder from which a package with C code or assembly is compiled: headers,
 * directly or transitively included, and files named by flags. Every possible location of an include is
 * returned, even if a condition or an earlier folder hides it from the compiler. System headers are not
 * returned, because no flag names their folders.
 * @returns files, relative to the repository or absolute; some may not exist, but would be read if they did
 */
export function nativeFiles({ folder, sources }: NativePackage, facts: NativeFacts): string[] {
  const preambles = [...sources.values()].flatMap(({ cgo }) => cgo ?? []);
  const within = (path: string) => (posix.isAbsolute(path) ? path : posix.join(folder, path));
  const include = [folder, ...preambles.flatMap(({ folders }) => folders).map(within)];
  const found = new Set<string>();
  const following = new Following(include, facts, (path) => found.add(path));
  for (const { includes } of preambles) following.from(folder, includes);
  // Without cgo, go builds only assembly of the other files.
  const taken = (name: string) => preambles.length > 0 || name.endsWith('.s');
  for (const name of facts.otherFilesIn(folder).filter(taken)) following.file(posix.join(folder, name));
  if (following.isCut)
    warnOnce(
      goError('INPUT_TOO_LARGE', {
        what: `the package in ${folder} includes too many headers`,
        why: 'the package has too many include folders and headers to follow; changes in some headers will not trigger a rebuild',
      }),
    );
  // Any header may be the one that a macro names.
  if (following.computed) {
    for (const path of filesBelow(include, facts)) if (isHeader.test(path)) found.add(path);
  }
  const paths = preambles.flatMap((preamble) => preamble.paths).map(within);
  for (const file of filesBelow(paths, facts)) found.add(file);
  const libraryFolders = preambles.flatMap(({ repositoryFolders }) => repositoryFolders).map(within);
  for (const file of filesBelow(libraryFolders, facts)) if (isLibrary.test(file)) found.add(file);
  const isOwn = (path: string) => posix.dirname(path) === folder && isOtherSource(path);
  const real = [...found].map((path) => (posix.isAbsolute(path) ? path : facts.realPath(path)));
  return [...new Set([...found, ...real])].filter((path) => !isOwn(path)).sort();
}

/** The maximum number of files in all folders that the flags of a package name, counting repetitions through links. */
const maxFiles = 200_000;

function filesBelow(paths: readonly string[], { filesAt }: NativeFacts): string[] {
  const files: string[] = [];
  for (const path of new Set(paths)) {
    for (const file of filesAt(path)) files.push(file);
    if (files.length <= maxFiles) continue;
    warnOnce(
      goError('INPUT_TOO_LARGE', {
        what: `the folders in #cgo directives, such as ${path}, contain too many files`,
        why: `they contain more than ${maxFiles} files; changes in files beyond this limit will not trigger a rebuild`,
      }),
    );
    return files;
  }
  return files;
}

const isHeader = /\.(h|hh|hpp|hxx|inc|inl|ipp|def|c|cc|cpp|cxx)$/;

/** Files that a linker can use. */
const isLibrary = /\.(a|so|dylib|tbd|lib|o)$|\.so\.[\d.]+$/;

/** The maximum number of paths that are checked for the includes of a package: each can be in any of the folders. */
const maxLookups = 300_000;

class Following {
  computed = false;
  /** True if the limit was reached. */
  isCut = false;
  private readonly absent = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly pending: { readonly path: string; readonly includes: Includes }[] = [];

  constructor(
    private readonly include: readonly string[],
    private readonly facts: NativeFacts,
    private readonly onFile: (path: string) => void,
  ) {}

  /** Follows the includes of a file transitively. @returns true if the file exists */
  file(path: string): boolean {
    if (!this.add(path)) return false;
    this.followPending();
    return true;
  }

  from(folder: string, includes: Includes): void {
    this.follow(folder, includes);
    this.followPending();
  }

  /** Iterative, because a chain of headers can be longer than the call stack. */
  private followPending(): void {
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop())
      this.follow(posix.dirname(next.path), next.includes);
  }

  private follow(folder: string, { quoted, angled, computed }: Includes): void {
    this.computed ||= computed;
    for (const name of quoted) {
      // If it is created, it is found here first.
      if (!this.find([folder, ...this.include], name)) this.onFile(posix.join(folder, name));
    }
    for (const name of angled) this.find(this.include, name);
  }

  private add(path: string): boolean {
    if (this.seen.has(path)) return true;
    if (this.absent.has(path)) return false;
    this.isCut ||= this.seen.size + this.absent.size >= maxLookups;
    const includes = this.isCut ? undefined : this.facts.includes(path);
    if (!includes) {
      if (!this.isCut) this.absent.add(path);
      return false;
    }
    this.seen.add(path);
    this.onFile(path);
    this.pending.push({ path, includes });
    return true;
  }

  private find(folders: readonly string[], name: string): boolean {
    if (this.isCut) return false;
    if (posix.isAbsolute(name)) return this.add(name);
    return folders.filter((folder) => this.add(posix.join(folder, name))).length > 0;
  }
}

/** The system libraries that packages name. */
export interface SystemLibraries {
  /** The packages of pkg-config. */
  readonly packages: readonly string[];
  /** Libraries, without `-l`. */
  readonly libraries: readonly string[];
  /** Absolute folders that are searched for libraries. */
  readonly folders: readonly string[];
}

export function systemLibraries(packages: Iterable<NativePackage>): SystemLibraries {
  const preambles = [...packages].flatMap(({ sources }) =>
    [...sources.values()].flatMap(({ cgo }) => cgo ?? []),
  );
  const all = (names: (one: CgoPreamble) => readonly string[]) =>
    [...new Set(preambles.flatMap(names))].sort();
  return {
    packages: all((one) => one.packages),
    libraries: all((one) => one.libraries),
    folders: all((one) => one.libraryFolders),
  };
}
