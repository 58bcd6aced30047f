import type { DescribedCrate } from '../described/schema.js';
import type { CrateSources } from './inputs.js';
import type { CargoWorkspace, Crate } from '../model.js';

/** Everything that the targets of one crate follow from. */
export interface CrateFacts {
  readonly crate: Crate;
  readonly workspace: CargoWorkspace;
  /** The name of the project that has the workspace's `resolve` target. */
  readonly workspaceProject: string;
  /** The crate and all crates that its build takes. */
  readonly closure: readonly CrateSources[];
  readonly features: SliceFeatures;
  /** Paths of submodules' gitlinks that hold any of these crates. */
  readonly gitlinks: readonly string[];
  /** Files and folders of the repository that cargo's configuration names. */
  readonly settings: readonly string[];
  /** What a millwright.toml says of the crate. */
  readonly described?: DescribedCrate | undefined;
  /** The millwright.toml that says something of the source that the crate belongs to. */
  readonly describedIn?: string | undefined;
}

/**
 * Which features a slice is cut for: the crate's default ones, or all, where somebody may ask for others in a
 * place that is not read here.
 */
export type SliceFeatures = 'default' | 'all';
