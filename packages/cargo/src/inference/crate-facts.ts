import type { VendoredCrate } from '../vendored/schema.js';
import type { CheckInputs, CrateSources } from '../hashing/inputs.js';
import type { CargoWorkspace, Crate } from '../manifests/model.js';

/** Everything that the targets of one crate follow from. */
export interface CrateFacts {
  /** The name of the crate's project. */
  readonly projectName: string;
  readonly crate: Crate;
  readonly workspace: CargoWorkspace;
  /** The name of the project that has the workspace's `resolve` target. */
  readonly workspaceProject: string;
  /** The crate and all crates that its build takes, itself first. */
  readonly closure: readonly CrateSources[];
  /** What checks and tests read beyond the folders of projects. */
  readonly checked?: CheckInputs;
  /** The projects of the crates that its tests may be built from, its own left out. */
  readonly checkedProjects?: readonly string[];
  /** Whether its project depends on others by what the user wrote. */
  readonly hasWrittenDependencies?: boolean;
  readonly features: SliceFeatures;
  /** Whether its build compiles C code, on any platform. */
  readonly compilesC: boolean;
  /** Paths of submodules' gitlinks that hold any of these crates. */
  readonly gitlinks: readonly string[];
  /** Files and folders of the repository that cargo's configuration names. */
  readonly settings: readonly string[];
  /** Folders of the repository that cargo writes to. */
  readonly targetFolders?: readonly string[];
  /** The folder that the crate's artifacts have for themselves below each platform's; undefined for none. */
  readonly projectFolder?: string | undefined;
  /** What a millwright.toml says of the crate. */
  readonly vendored?: VendoredCrate | undefined;
  /** What users say of options of one of its targets: tables with `options` and `configurations`. */
  readonly writtenFor: (target: string, executor: string) => readonly unknown[];
  /** The millwright.toml that says something of the source that the crate belongs to. */
  readonly describedIn?: string | undefined;
}

/**
 * Which features a slice is cut for: the crate's default ones, or all, where somebody may ask for others in a
 * place that is not read here.
 */
export type SliceFeatures = 'default' | 'all';
