import type { PlatformInfo } from '@millwright/toolkit';
import type { LinkerChoice } from '../../../toolchain/linkers.js';
import type { Toolchain } from '../../../toolchain/locate.js';
import type { CargoMetadata, CargoPackage, CargoTarget } from '../../../cargo-cli/metadata.js';
import type { FeatureSet } from './features.js';
import type { CargoCrossOptions } from '../../../options/build-options.js';
import type { BuildSettings } from '../../../toolchain/settings.js';

/** A task with everything resolved that cargo's invocation depends on. */
export interface BuildRequest {
  readonly taskId: string;
  /** The Nx project's name. */
  readonly project: string;
  /** The folder of the crate, absolute. */
  readonly folder: string;
  /** The folder in which cargo runs, absolute. */
  readonly commandFolder: string;
  readonly options: CargoCrossOptions;
  /** The features to build with; scripts are expanded. */
  readonly features: FeatureSet;
  readonly metadata: CargoMetadata;
  readonly package: CargoPackage;
  /** The targets whose files become artifacts. */
  readonly targets: readonly CargoTarget[];
  /** The targets that are not built because features that they require are disabled. */
  readonly skippedTargets: readonly CargoTarget[];
  /** The paths of the task's outputs, relative to the Nx workspace. */
  readonly outputs: readonly string[];
  readonly triple: string;
  /** Undefined for a triple outside the platform table. */
  readonly platform: PlatformInfo | undefined;
  readonly toolchain: Toolchain;
  readonly linker: LinkerChoice;
  readonly settings: BuildSettings;
  /** The number of jobs that the user set; undefined if we choose it. */
  readonly requestedJobs: number | undefined;
}

/** Returns the platform for messages; the triple if the platform is unknown. */
export function platformOf({ platform, triple }: Pick<BuildRequest, 'platform' | 'triple'>): string {
  return platform?.platform ?? triple;
}
