import type { TargetConfiguration } from '@nx/devkit';
import { buildOptions, type CargoCrossOptions } from '../../options/build-options.js';
import { tripleFor } from '../cargo-cross/plan/prepare.js';

/** The options of a build that affect what it requires. */
export type BuildChoices = Pick<
  CargoCrossOptions,
  'features' | 'defaultFeatures' | 'allFeatures' | 'env' | 'toolchain'
>;

/**
 * Returns the options of a project's release build for a triple; the defaults, if none of its targets builds for the
 * triple. Skips targets with invalid options, which the build reports.
 * @param targets the targets of the project
 */
export function choicesFor(
  triple: string,
  targets: Readonly<Record<string, TargetConfiguration>>,
): BuildChoices {
  for (const { executor, options, configurations } of Object.values(targets)) {
    if (executor !== '@millwright/cargo:cargo-cross') continue;
    const { data } = buildOptions.safeParse({
      ...(options as object | undefined),
      ...(configurations?.release as object | undefined),
    });
    if (data !== undefined && tripleFor(data) === triple) return data;
  }
  return buildOptions.parse({});
}
