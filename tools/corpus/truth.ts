/** The facts that the toolchain reports about a package. */
export interface Truth {
  /** Binaries, cdylibs and staticlibs of a crate, or main packages of a module: the artifacts of `build`. */
  readonly programs: readonly string[];
  /** The folders of the corpus packages that it directly depends on. */
  readonly edges: readonly string[];
  /**
   * The same for the corpus' packages that it is built with: another workspace may resolve a package to other versions,
   * and so to packages of the corpus that the package's own workspace does not take.
   */
  readonly edgesOfOthers?: Readonly<Record<string, readonly string[]>>;
  /** The direct and transitive dependencies. */
  readonly closure: readonly string[];
  /**
   * The folders of the packages whose dependencies are resolved together with its own: the members of its workspace.
   */
  readonly resolvedWith: readonly string[];
  /** Why it was not compiled; undefined if it was. */
  readonly skipped?: string;
  /** What compilers and build scripts say that they read, relative to the repository. */
  readonly files: readonly string[];
  /** Those of them that the programs are made of. */
  readonly programFiles: readonly string[];
  readonly variables: readonly string[];
}

export const nothing: Truth = {
  programs: [],
  edges: [],
  closure: [],
  resolvedWith: [],
  files: [],
  programFiles: [],
  variables: [],
};
