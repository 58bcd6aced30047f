import type { PlatformInfo } from '@millwright/toolkit';
import type { LinkerChoice } from '../../../toolchain/linkers.js';
import type { Toolchain } from '../../../toolchain/locate.js';
import type { CargoMetadata, CargoPackage, CargoTarget } from '../../../cargo-cli/metadata.js';
import type { FeatureSet } from './features.js';
import type { CargoCrossOptions } from '../../../options/build-options.js';
import type { BuildSettings } from '../../../toolchain/settings.js';

/** One task, with all that is known before cargo starts. */
export interface BuildRequest {
  readonly taskId: string;
  /** The Nx project's name. */
  readonly project: string;
  /** The folder of the crate, absolute. */
  readonly folder: string;
  readonly options: CargoCrossOptions;
  /** The set of features to build, a script's output filled in. */
  readonly features: FeatureSet;
  readonly metadata: CargoMetadata;
  readonly package: CargoPackage;
  /** The targets whose files are handed over. */
  readonly targets: readonly CargoTarget[];
  /** The targets that are not built, since features that they require are off. */
  readonly leftOff: readonly CargoTarget[];
  /** The paths of the task's outputs, relative to the Nx workspace. */
  readonly outputs: readonly string[];
  readonly triple: string;
  /** Undefined for a triple outside the platform table. */
  readonly platform: PlatformInfo | undefined;
  readonly toolchain: Toolchain;
  readonly linker: LinkerChoice;
  readonly settings: BuildSettings;
  /** How many jobs the user asks for; undefined where it is left to us. */
  readonly jobsAsked: number | undefined;
}

/** What a request is built for, as people know it. */
export function platformOf({ platform, triple }: Pick<BuildRequest, 'platform' | 'triple'>): string {
  return platform?.platform ?? triple;
}
