import { isAbsolute, join } from 'node:path';
import { run } from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import type { CargoCrossOptions } from '../../../options/build-options.js';

/** A selection of a crate's features, as cargo's options express it. */
export interface FeatureSet {
  readonly features: readonly string[];
  readonly defaultFeatures: boolean;
  readonly allFeatures: boolean;
}

/** Returns the feature sets to try, in order: the configured set, then the fallbacks. */
export function featureSets({
  features,
  defaultFeatures,
  allFeatures,
  fallbacks,
}: CargoCrossOptions): FeatureSet[] {
  return [{ features, defaultFeatures, allFeatures }, ...fallbacks];
}

/** Formats a feature set as cargo options: `--no-default-features --features a,b`. */
export function formatFeatures({ features, defaultFeatures, allFeatures }: FeatureSet): string {
  const parts = [
    ...(defaultFeatures ? [] : ['--no-default-features']),
    ...(allFeatures ? ['--all-features'] : []),
    ...(features.length === 0 ? [] : [`--features ${features.join(',')}`]),
  ];
  return parts.length === 0 ? 'the default features' : parts.join(' ');
}

/**
 * Replaces each feature `@script`, such as `@./all_features.sh`, with the features that the script prints.
 * @param folder the crate's folder, in which the script runs
 * @throws MillwrightError FEATURES_SCRIPT_FAILED, PROCESS_MISSING
 */
export async function expandFeatures(set: FeatureSet, folder: string, env: Environment): Promise<FeatureSet> {
  const features: string[] = [];
  for (const feature of set.features) {
    if (!feature.startsWith('@')) features.push(feature);
    else features.push(...(await featuresFrom(feature.slice(1), folder, env)));
  }
  return { ...set, features };
}

type Environment = Readonly<Record<string, string | undefined>>;

async function featuresFrom(script: string, folder: string, env: Environment): Promise<string[]> {
  const path = isAbsolute(script) ? script : join(folder, script);
  const { exitCode, signal, stdout, stderr } = await run(path, [], { cwd: folder, env });
  const features = stdout.split(/[\s,]+/).filter((name) => name !== '');
  if (exitCode === 0 && features.length > 0) return features;
  const ended = signal === undefined ? `it exited with status ${exitCode}` : `it was terminated by ${signal}`;
  throw cargoError('FEATURES_SCRIPT_FAILED', {
    what: `the script ${script} ${exitCode === 0 ? 'printed no features' : 'failed'}`,
    why: exitCode === 0 ? 'the script succeeded, but its output is empty' : ended,
    output: `${stdout}${stderr}`,
  });
}
