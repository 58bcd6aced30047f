import type { CargoCrossOptions } from '../../../options/build-options.js';

/** What Nx asks to build. */
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

/** What a task's target says by itself, without options of the command line. */
export interface ConfiguredTask {
  /** The name of the configuration; undefined where the target has none. */
  readonly name: string | undefined;
  readonly profile: string | undefined;
  readonly outputPath: string | undefined;
}
