/**
 * The model of crates and workspaces. All paths are relative to the Nx workspace, with forward slashes; the root is `.`.
 */

/** A target's `crate-type` (Cargo reference, "Cargo Targets"). */
export type CrateType = 'bin' | 'lib' | 'rlib' | 'dylib' | 'cdylib' | 'staticlib' | 'proc-macro';

/** A library or binary target of a crate; tests, examples and benches are not part of builds. */
export interface CrateTarget {
  readonly kind: 'lib' | 'bin';
  readonly name: string;
  readonly crateTypes: readonly CrateType[];
  /** The root source file. */
  readonly path: string;
  readonly requiredFeatures: readonly string[];
}

export type DependencyKind = 'normal' | 'build' | 'dev';

export interface CrateDependency {
  /** The key in the manifest, by which the crate's sources refer to the dependency. */
  readonly key: string;
  /** The dependency's package name; differs from `key` if it is renamed. */
  readonly package: string;
  readonly kind: DependencyKind;
  readonly optional: boolean;
  readonly defaultFeatures: boolean;
  readonly features: readonly string[];
  /** The `[target.'…'.dependencies]` condition: a triple or a `cfg(…)` expression. */
  readonly target?: string;
  /** The version requirement; undefined if there is none. */
  readonly version?: string;
  /** The folder in `path`, own or inherited; undefined for other sources. */
  readonly path?: string;
  readonly git?: string;
  readonly registry?: string;
}

export interface Crate {
  readonly name: string;
  readonly version: string;
  /** The folder of the crate. */
  readonly root: string;
  /** The folder of the crate's Cargo workspace; the crate's folder if it has none. */
  readonly workspaceRoot: string;
  readonly targets: readonly CrateTarget[];
  /** The root source files of tests, examples and benches. */
  readonly tests: readonly string[];
  /** The build script's path; undefined if there is none. */
  readonly buildScript?: string;
  readonly features: Readonly<Record<string, readonly string[]>>;
  readonly dependencies: readonly CrateDependency[];
  /** The table `[package.metadata.millwright]`, unvalidated. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A `[patch]` entry with a path. */
export interface PathPatch {
  /** The patched source: `crates-io`, a registry's name or a URL. */
  readonly source: string;
  /** The patched package. */
  readonly package: string;
  readonly path: string;
}

export interface CargoWorkspace {
  /** The folder of the manifest with `[workspace]`, or of a crate without a workspace. */
  readonly root: string;
  /** The members, including path dependencies that belong to the workspace, sorted by folder. */
  readonly crates: readonly Crate[];
  readonly patches: readonly PathPatch[];
  /** The names of custom profiles in `[profile.…]`. */
  readonly profiles: readonly string[];
}

/** An edge from one crate's folder to another's; several dependencies between the same crates are one edge. */
export interface CrateEdge {
  /** The folder of the dependent crate. */
  readonly source: string;
  /** The folder of the dependency. */
  readonly target: string;
  /** All kinds in which the dependency is declared. */
  readonly kinds: readonly DependencyKind[];
}
