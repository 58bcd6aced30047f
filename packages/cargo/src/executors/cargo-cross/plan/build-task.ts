import type { CargoCrossOptions } from '../../../options/build-options.js';

/** A build task of Nx. */
export interface BuildTask {
  readonly id: string;
  /** The Nx project's name. */
  readonly project: string;
  /** The folder of the crate, absolute. */
  readonly folder: string;
  readonly options: CargoCrossOptions;
  readonly configured: ConfiguredTask;
  /** The paths of the task's outputs, relative to the Nx workspace. */
  readonly outputs: readonly string[];
}

/** Options that the task's target configures, without command-line overrides. */
export interface ConfiguredTask {
  /** The name of the configuration; undefined if none was selected. */
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly outputPath: string | undefined;
}
