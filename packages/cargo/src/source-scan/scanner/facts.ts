import { gitVariables } from '@millwright/toolkit';

/** What a source file says of other files and of variables, before any path is resolved. Plain data, to be remembered. */
export interface SourceFacts {
  /** The modules that lie in other files. */
  readonly modules: readonly ModuleDeclaration[];
  /** Files that macros and attributes name. */
  readonly files: readonly FileRead[];
  readonly variables: readonly VariableRead[];
  /** Reads whose argument is no literal. */
  readonly unresolved: readonly UnresolvedRead[];
  /** Names of macros, attributes and derives that are used outside of tests and that are not the language's own. */
  readonly macros: readonly string[];
  /** Names of macros that are defined. */
  readonly defines: readonly string[];
  /** The first names of the paths that are exported again by `pub use`. */
  readonly exports: readonly string[];
  /** Whether a macro declares modules in files that cannot be told from here, and whether other crates may call it. */
  readonly unknownModules: 'none' | 'own' | 'exported';
  /** Whether macros that are defined are exported to other crates. */
  readonly exportsMacros: boolean;
  /** What the code reads when it runs. */
  readonly run: RunReads;
}

/** A `mod name;`, which lies in another file. */
export interface ModuleDeclaration {
  readonly name: string;
  /** The inline modules around it, outermost first. */
  readonly within: readonly InlineModule[];
  /** The paths of its `#[path]` attributes; it may lie in any of them. */
  readonly paths: readonly ModulePath[];
  /** Whether it stands among the arguments of a macro. */
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
  /** False below `cfg_attr`. */
  readonly always: boolean;
  readonly testOnly: boolean;
}

export interface FileRead {
  /** As the source has it. */
  readonly path: string;
  /** What the path is relative to: the folder of the source, of the crate, or of the Cargo workspace. */
  readonly base: 'file' | 'crate' | 'workspace';
  /** What reads it, such as `include_str!`. */
  readonly by: string;
  /** From 1. */
  readonly line: number;
  /** False where the path is only likely: it then counts if it exists. */
  readonly certain: boolean;
  /** Whether it stands below `#[cfg(test)]`. */
  readonly testOnly: boolean;
  /** Whether it stands in the definition of a macro: the path is then relative to the place of the call. */
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

/** What code reads when it runs: a build script, a procedural macro, a test. */
export interface RunReads {
  /** Paths relative to the crate, or to what the program makes of them. */
  readonly paths: readonly RunPath[];
  readonly variables: readonly VariableRead[];
  /** Whether it asks for variables whose names cannot be told, as a function does that is given them. */
  readonly asksByName: boolean;
  /** Literals that variables could be called by, which count where some are asked for that cannot be told. */
  readonly names: readonly VariableRead[];
  /** Whether it opens files or starts programs at all. */
  readonly touchesFiles: boolean;
  /** Whether it reads files whose paths cannot be told. */
  readonly computed: boolean;
  /** Whether it prints `rerun-if-changed` or `rerun-if-env-changed`. */
  readonly declares: boolean;
  /** Whether it walks up from a folder, so that what it joins may lie in any folder above. */
  readonly climbs: boolean;
}

export interface RunPath {
  readonly path: string;
  /** What names it: `rerun-if-changed`, or `literal`. */
  readonly by: string;
  /** False where the path is only likely: it then counts if it exists. */
  readonly certain: boolean;
  readonly line: number;
  readonly testOnly: boolean;
}

export const noRunReads: RunReads = {
  paths: [],
  variables: [],
  asksByName: false,
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

/** The names under which a scan notes that a source asks Git, before it is known about which repository. */
export const gitMarks = gitVariables('.');
