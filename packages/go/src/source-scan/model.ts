import type { LiteralReads } from './literal-reads.js';

/**
 * The plain data that every function in this folder works on. All paths are relative to the Nx workspace
 * and use forward slashes. The workspace root is `.`.
 */

/** A module's path and version. The version is undefined if a directive applies to all versions. */
export interface ModuleVersion {
  readonly path: string;
  readonly version: string | undefined;
}

export interface Requirement {
  readonly path: string;
  readonly version: string;
  /** True for `// indirect`: no package of the module itself imports it. */
  readonly indirect: boolean;
}

export interface Replacement {
  readonly old: ModuleVersion;
  /** A module, or a folder if it starts with `./`, `../` or `/`. */
  readonly new: ModuleVersion;
}

/** The content of a go.mod file (Go Modules Reference, "go.mod files"). */
export interface GoMod {
  readonly module: string;
  readonly go: string | undefined;
  readonly toolchain: string | undefined;
  readonly godebug: readonly string[];
  readonly require: readonly Requirement[];
  readonly replace: readonly Replacement[];
  readonly exclude: readonly ModuleVersion[];
}

/** The content of a go.work file (Go Modules Reference, "Workspaces"). */
export interface GoWork {
  readonly go: string | undefined;
  readonly toolchain: string | undefined;
  readonly godebug: readonly string[];
  /** Folders as written in the file. */
  readonly use: readonly string[];
  readonly replace: readonly Replacement[];
}

/** The properties of a Go source file that determine which packages are built from which files. */
export interface GoSource {
  /** The name after `package`, or an empty string. */
  readonly package: string;
  readonly imports: readonly string[];
  /** The expression after `//go:build`, if any. */
  readonly constraint: string | undefined;
  /** The patterns of `//go:embed`, without `all:`. */
  readonly embeds: readonly string[];
  /** The preamble before `import "C"`, if the file has C code. */
  readonly cgo: CgoPreamble | undefined;
  /** Reads that its code names in literals. */
  readonly reads: LiteralReads;
}

/** The files that C code includes, as written. */
export interface Includes {
  /** Searched beside the file first. */
  readonly quoted: readonly string[];
  readonly angled: readonly string[];
  /** True if a macro names an included file. */
  readonly computed: boolean;
}

/**
 * The cgo preamble, that is, the comment before `import "C"`. Paths are relative to the package's folder,
 * or absolute.
 */
export interface CgoPreamble {
  readonly includes: Includes;
  /** The folders that are searched for headers, in the order of the flags. */
  readonly folders: readonly string[];
  /** Other files and folders that flags name as `${SRCDIR}/…`. */
  readonly paths: readonly string[];
  /** The packages of pkg-config. */
  readonly packages: readonly string[];
  /** Linked libraries, without `-l`. */
  readonly libraries: readonly string[];
  /** Absolute folders that are searched for libraries. */
  readonly libraryFolders: readonly string[];
  /** Folders named as `${SRCDIR}/…` that are searched for libraries. */
  readonly repositoryFolders: readonly string[];
  /** True if its flags optimize for the CPU of the build machine. */
  readonly hostCpu: boolean;
}

/** A folder of a module with Go files. */
export interface GoPackage {
  readonly folder: string;
  /** Its Go files by name, including tests. */
  readonly sources: ReadonlyMap<string, GoSource>;
}

export interface GoModule {
  /** The folder of its go.mod. */
  readonly root: string;
  readonly mod: GoMod;
  /** Its packages by folder. */
  readonly packages: ReadonlyMap<string, GoPackage>;
  /**
   * True if it is a project. A replacement can refer to a module in a folder that go or git ignores, which
   * is not.
   */
  readonly isProject: boolean;
  /** The folder of the go.work file that uses the module, if any. */
  readonly workspace: string | undefined;
}
