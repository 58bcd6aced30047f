import type { TargetConfiguration } from '@nx/devkit';
import type { PluginOptions } from '../options.js';
import { configurationsOf } from './build-settings.js';
import type { VendoredCrate } from './schema.js';
import { buildTargetName, type Targets } from './targets.js';
import { configuredTriples } from '../options/configured-triples.js';

/** The properties of a placeholder project's targets. */
export interface Placeholder {
  /** The target that replaces each target of the crate; it fails with the reason. */
  readonly target: TargetConfiguration;
  readonly builds: boolean;
  readonly runs: boolean;
  readonly vendored?: VendoredCrate | undefined;
}

/** Returns targets with the names that the crate's targets would have. */
export function placeholderTargets(
  { target, builds, runs, vendored }: Placeholder,
  options: PluginOptions,
): Targets {
  const slugs = configuredTriples(options).map(buildTargetName);
  const validateTargets = vendored?.validate === undefined ? [] : ['validate'];
  const configured = {
    ...target,
    configurations: Object.fromEntries(configurationsOf([vendored]).map((name) => [name, {}])),
    defaultConfiguration: 'release',
  };
  return Object.fromEntries([
    ...(builds ? ['build', ...slugs, ...validateTargets] : []).map((name) => [name, configured]),
    ...['check', 'test', 'lint', 'doctor', ...(runs ? ['run'] : [])].map((name) => [name, target]),
  ]) as Targets;
}
