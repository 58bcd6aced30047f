import type { VendoredCrate } from '../vendored/schema.js';
import type { CheckInputs, CrateSources } from '../hashing/inputs.js';
import type { CargoWorkspace, Crate } from '../manifests/model.js';

/** Everything that the targets of one crate are derived from. */
export interface CrateFacts {
  /** The name of the crate's project. */
  readonly projectName: string;
  readonly crate: Crate;
  readonly workspace: CargoWorkspace;
  /** The name of the project that has the workspace's `resolve` target. */
  readonly workspaceProject: string;
  /** The crate, then all local crates in its build. */
  readonly closure: readonly CrateSources[];
  /** Inputs of checks and tests outside the projects' folders. */
  readonly checked?: CheckInputs;
  /** The projects of the other crates in its test builds. */
  readonly checkedProjects?: readonly string[];
  /** Whether the user added dependencies of its project. */
  readonly hasUserDependencies?: boolean;
  readonly features: SliceFeatures;
  /** Whether its build compiles C code, on any platform. */
  readonly compilesC: boolean;
  /** Paths of the submodules that contain any of these crates. */
  readonly gitlinks: readonly string[];
  /** Files and folders of the repository that cargo's configuration refers to. */
  readonly settings: readonly string[];
  /** Folders of the repository that cargo writes to. */
  readonly targetFolders?: readonly string[];
  /** The folder for the crate's artifacts below the platform's folder; undefined if it does not need its own. */
  readonly projectFolder?: string | undefined;
  /** The crate's entry in a millwright.toml. */
  readonly vendored?: VendoredCrate | undefined;
  /** Returns the user's settings for one of its targets: tables with `options` and `configurations`. */
  readonly userOptionsOf: (target: string, executor: string) => readonly unknown[];
  /** The millwright.toml that declares the vendored source that the crate belongs to. */
  readonly declaredIn?: string | undefined;
}

/**
 * The features that a slice covers: the crate's default features, or all if a build may request others in a file that
 * is not evaluated here.
 */
export type SliceFeatures = 'default' | 'all';
