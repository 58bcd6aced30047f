import type { LiteralReads } from './literal-reads.js';

/**
 * The plain data that every function of this folder works on. All paths are relative to the Nx workspace, with
 * forward slashes; the workspace's own root is `.`.
 */

/** A module's path and version; the version is undefined where a directive holds for all of them. */
export interface ModuleVersion {
  readonly path: string;
  readonly version: string | undefined;
}

export interface Requirement {
  readonly path: string;
  readonly version: string;
  /** Whether no package of the module itself imports it: `// indirect`. */
  readonly indirect: boolean;
}

export interface Replacement {
  readonly old: ModuleVersion;
  /** A module, or a folder where it begins with `./`, `../` or `/`. */
  readonly new: ModuleVersion;
}

/** What a go.mod file says (Go Modules Reference, "go.mod files"). */
export interface GoMod {
  readonly module: string;
  readonly go: string | undefined;
  readonly toolchain: string | undefined;
  readonly godebug: readonly string[];
  readonly require: readonly Requirement[];
  readonly replace: readonly Replacement[];
  readonly exclude: readonly ModuleVersion[];
}

/** What a go.work file says (Go Modules Reference, "Workspaces"). */
export interface GoWork {
  readonly go: string | undefined;
  readonly toolchain: string | undefined;
  readonly godebug: readonly string[];
  /** Folders as the file has them. */
  readonly use: readonly string[];
  readonly replace: readonly Replacement[];
}

/** What matters of a Go source file for which packages are built from which files. */
export interface GoSource {
  /** The name after `package`; empty where there is none. */
  readonly package: string;
  readonly imports: readonly string[];
  /** The expression after `//go:build`; undefined where there is none. */
  readonly constraint: string | undefined;
  /** The patterns of `//go:embed`, without `all:`. */
  readonly embeds: readonly string[];
  /** What stands before `import "C"`; undefined in a file without C code. */
  readonly cgo: CgoPreamble | undefined;
  /** What its code reads where it runs. */
  readonly reads: LiteralReads;
}

/** The files that C code asks for, as it writes them. */
export interface Includes {
  /** Looked for beside the file first. */
  readonly quoted: readonly string[];
  readonly angled: readonly string[];
  /** Whether a macro names another one. */
  readonly computed: boolean;
}

/** What the comment before `import "C"` says; paths are relative to the package's folder, or absolute. */
export interface CgoPreamble {
  readonly includes: Includes;
  /** The folders that headers are looked for in, in the order of the flags. */
  readonly folders: readonly string[];
  /** Other files and folders that flags name as `${SRCDIR}/…`. */
  readonly paths: readonly string[];
  /** The packages of pkg-config. */
  readonly packages: readonly string[];
  /** The libraries that are linked by name, without `-l`. */
  readonly libraries: readonly string[];
  /** Absolute folders that libraries are looked for in. */
  readonly libraryFolders: readonly string[];
  /** Those that `${SRCDIR}/…` names. */
  readonly repositoryFolders: readonly string[];
  /** Whether its flags ask for the CPU that the code is compiled on. */
  readonly hostCpu: boolean;
}

/** A folder of a module that holds Go files. */
export interface GoPackage {
  readonly folder: string;
  /** Its Go files by name, those of tests among them. */
  readonly sources: ReadonlyMap<string, GoSource>;
}

export interface GoModule {
  /** The folder of its go.mod. */
  readonly root: string;
  readonly mod: GoMod;
  /** Its packages by folder. */
  readonly packages: ReadonlyMap<string, GoPackage>;
  /** Whether it is a project. A replacement may bring one from a folder that go itself passes over, or git ignores. */
  readonly isProject: boolean;
  /** The folder of the go.work file that uses it; undefined where it stands alone. */
  readonly workspace: string | undefined;
}
