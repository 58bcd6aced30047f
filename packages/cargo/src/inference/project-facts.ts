import type { Lockfile } from '../manifests/lockfile.js';
import type { Crate, CargoWorkspace } from '../manifests/model.js';
import type { CargoRepository } from '../manifests/repository.js';
import type { BuildOptions } from '../options/configured-triples.js';
import type { CrateReads } from '../source-scan/crate-reads.js';
import type { Layout } from '../source-scan/layout.js';
import type { VendoredCrate } from '../vendored/schema.js';
import type { SliceFeatures } from './crate-facts.js';

export interface ProjectFacts {
  readonly repository: CargoRepository;
  readonly names: ReadonlyMap<string, string>;
  readonly readsOf: (crate: Crate) => CrateReads;
  /** Returns the files and folders of the repository that cargo's configuration for a crate refers to. */
  readonly settingsOf: (crate: Crate) => readonly string[];
  /** Returns the folders of the repository that cargo writes to according to this configuration. */
  readonly targetFoldersOf: (crate: Crate) => readonly string[];
  /** Returns `all` if a file in the crate's folder may request other features than the default ones. */
  readonly featuresOf: (crate: Crate) => SliceFeatures;
  /** Returns whether a file in the crate's folder adds dependencies on projects. */
  readonly namesDependencies: (crate: Crate) => boolean;
  /** Returns the workspace's lock file if its patches replace external packages with crates of the repository. */
  readonly lockfileOf: (workspace: CargoWorkspace) => Lockfile | undefined;
  /** Returns the text of a workspace's lock file; undefined if there is none. */
  readonly lockTextOf: (workspace: CargoWorkspace) => string | undefined;
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
  /** The folders of all packages in the repository. */
  readonly layout: Layout;
  /** Returns the millwright.toml entry of the crate in a folder. */
  readonly vendoredAt: (folder: string) => VendoredCrate | undefined;
  /** Returns the millwright.toml that declares the vendored source containing a folder. */
  readonly declaredIn: (folder: string) => string | undefined;
  /** Returns the user's settings for a target of the project in a folder. */
  readonly userOptionsOf: (
    folder: string,
    target: string,
    executor: string | undefined,
  ) => readonly unknown[];
  /** Returns the plugin's options for the crate in a folder, or for a workspace's folder. */
  readonly optionsOf: (folder: string) => BuildOptions;
}
