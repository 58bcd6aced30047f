/**
 * The plain data that every function of this folder works on. All paths are relative to the Nx workspace,
 * with forward slashes; the workspace's own root is `.`.
 */

/** What rustc makes of a target (Cargo reference, "Cargo Targets", `crate-type`). */
export type CrateType = 'bin' | 'lib' | 'rlib' | 'dylib' | 'cdylib' | 'staticlib' | 'proc-macro';

/** A library or binary target of a crate; tests, examples and benches are no part of a build. */
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
  /** The name under which the crate's sources know the dependency: the key in the manifest. */
  readonly key: string;
  /** The dependency's own package name; differs from `key` where it is renamed. */
  readonly package: string;
  readonly kind: DependencyKind;
  readonly optional: boolean;
  readonly defaultFeatures: boolean;
  readonly features: readonly string[];
  /** The `[target.'…'.dependencies]` condition: a triple or a `cfg(…)` expression. */
  readonly target?: string;
  /** The version requirement, where one is given. */
  readonly version?: string;
  /** The folder that `path` names, its own or an inherited one; undefined for other sources. */
  readonly path?: string;
  readonly git?: string;
  readonly registry?: string;
}

export interface Crate {
  readonly name: string;
  readonly version: string;
  /** The folder of the crate. */
  readonly root: string;
  /** The folder of the Cargo workspace that the crate belongs to; its own where it stands alone. */
  readonly workspaceRoot: string;
  readonly targets: readonly CrateTarget[];
  /** The root source files of tests, examples and benches. */
  readonly tests: readonly string[];
  /** The build script's path; undefined where there is none. */
  readonly buildScript?: string;
  readonly features: Readonly<Record<string, readonly string[]>>;
  readonly dependencies: readonly CrateDependency[];
  /** Set by `[package.metadata.millwright]`, as the manifest has it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A `[patch]` entry that points at a folder of this repository. */
export interface PathPatch {
  /** The source that is patched: `crates-io`, a registry's name or a URL. */
  readonly source: string;
  /** The package that is replaced. */
  readonly package: string;
  readonly path: string;
}

export interface CargoWorkspace {
  /** The folder of the manifest with `[workspace]`, or of a crate that stands alone. */
  readonly root: string;
  /** The members and all that they pull in by path inside this workspace, by folder. */
  readonly crates: readonly Crate[];
  readonly patches: readonly PathPatch[];
  /** The names under `[profile.…]`, Cargo's own left out. */
  readonly profiles: readonly string[];
}

/** An edge from one crate's folder to another's; several dependencies of the same pair are one edge. */
export interface CrateEdge {
  /** The folder of the crate that depends. */
  readonly source: string;
  /** The folder of the crate that it depends on. */
  readonly target: string;
  /** Every kind under which the dependency is declared. */
  readonly kinds: readonly DependencyKind[];
}
