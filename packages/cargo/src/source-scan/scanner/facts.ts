import { gitVariables } from '@millwright/toolkit';

/**
 * References of a source file to other files and variables, with unresolved paths. Plain data that is cached on disk.
 */
export interface SourceFacts {
  /** Modules in other files. */
  readonly modules: readonly ModuleDeclaration[];
  /** Files that macros and attributes name. */
  readonly files: readonly FileRead[];
  readonly variables: readonly VariableRead[];
  /** Reads whose argument is not a literal. */
  readonly unresolved: readonly UnresolvedRead[];
  /** Macros, attributes and derives used outside tests, without those of the language. */
  readonly macros: readonly string[];
  /** Names of macros defined in the source. */
  readonly defines: readonly string[];
  /** The first names in the paths of `pub use`. */
  readonly exports: readonly string[];
  /** Whether a macro declares modules in unknown files, and whether it is exported to other crates. */
  readonly unknownModules: 'none' | 'own' | 'exported';
  /** Whether macros are exported to other crates. */
  readonly exportsMacros: boolean;
  /** Reads at run time. */
  readonly run: RunReads;
}

/** A declaration `mod name;` of a module in another file. */
export interface ModuleDeclaration {
  readonly name: string;
  /** The inline modules around it, outermost first. */
  readonly within: readonly InlineModule[];
  /** The paths of its `#[path]` attributes, any of which may apply. */
  readonly paths: readonly ModulePath[];
  /** Whether it is among the arguments of a macro call. */
  readonly inCall: boolean;
  readonly line: number;
  readonly testOnly: boolean;
}

export interface InlineModule {
  readonly name: string;
  readonly paths: readonly ModulePath[];
}

export interface ModulePath {
  readonly path: string;
  /** False within `cfg_attr`. */
  readonly always: boolean;
  readonly testOnly: boolean;
}

export interface FileRead {
  /** As written in the source. */
  readonly path: string;
  /** The folder that the path is relative to: that of the source, the crate or the Cargo workspace. */
  readonly base: 'file' | 'crate' | 'workspace';
  /** The reader, such as `include_str!`. */
  readonly by: string;
  /** From 1. */
  readonly line: number;
  /** False if the path is only likely; it then counts only if it exists. */
  readonly certain: boolean;
  /** Whether it is within `#[cfg(test)]`. */
  readonly testOnly: boolean;
  /** Whether it is in a macro's definition: the path is then relative to the calling source. */
  readonly inDefinition: boolean;
}

export interface VariableRead {
  readonly name: string;
  readonly line: number;
  readonly testOnly: boolean;
}

export interface UnresolvedRead {
  readonly by: string;
  readonly line: number;
  readonly testOnly: boolean;
  readonly inDefinition: boolean;
}

/** Reads of a build script, a procedural macro or a test at run time. */
export interface RunReads {
  /** Paths relative to the crate, or to a folder that the program computes. */
  readonly paths: readonly RunPath[];
  readonly variables: readonly VariableRead[];
  /** Whether it reads variables with computed names, for example names passed to a function. */
  readonly readsComputedNames: boolean;
  /** Literals that may be names of variables. They count only if variables with computed names are read. */
  readonly names: readonly VariableRead[];
  /** Whether it opens files or starts programs. */
  readonly touchesFiles: boolean;
  /** Whether it reads files whose paths are unknown. */
  readonly computed: boolean;
  /** Whether it prints `rerun-if-changed` or `rerun-if-env-changed`. */
  readonly declares: boolean;
  /** Whether it uses parent folders, so that its paths may be relative to any folder above the crate. */
  readonly climbs: boolean;
}

export interface RunPath {
  readonly path: string;
  /** The kind of reference: `rerun-if-changed` or `literal`, for example. */
  readonly by: string;
  /** False where the path is only likely: it then counts if it exists. */
  readonly certain: boolean;
  readonly line: number;
  readonly testOnly: boolean;
}

export const noRunReads: RunReads = {
  paths: [],
  variables: [],
  readsComputedNames: false,
  names: [],
  touchesFiles: false,
  computed: false,
  declares: false,
  climbs: false,
};

export const noFacts: SourceFacts = {
  modules: [],
  files: [],
  variables: [],
  unresolved: [],
  macros: [],
  defines: [],
  exports: [],
  unknownModules: 'none',
  exportsMacros: false,
  run: noRunReads,
};

/** The placeholder variables by which a scan marks reads of the Git state, before the repository is known. */
export const gitMarks = gitVariables('.');
