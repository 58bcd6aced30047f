import type { TargetConfiguration } from '@nx/devkit';
import type { PluginOptions } from '../options.js';
import { configurationsOf } from './vendored-crates.js';
import type { VendoredCrate } from './schema.js';
import { buildTargetName, type Targets } from './targets.js';
import { configuredTriples } from '../options/configured-triples.js';

/** What a placeholder project has in place of the targets of its crate. */
export interface Placeholder {
  /** The target that stands for each of them: it fails, and says why. */
  readonly target: TargetConfiguration;
  readonly builds: boolean;
  readonly runs: boolean;
  readonly vendored?: VendoredCrate | undefined;
}

/** The targets of a project whose crate cannot be read or is not here, with the names that the crate's would have. */
export function placeholderTargets(
  { target, builds, runs, vendored }: Placeholder,
  options: PluginOptions,
): Targets {
  const slugs = configuredTriples(options).map(buildTargetName);
  const tried = vendored?.validate === undefined ? [] : ['validate'];
  const configured = {
    ...target,
    configurations: Object.fromEntries(configurationsOf([vendored]).map((name) => [name, {}])),
    defaultConfiguration: 'release',
  };
  return Object.fromEntries([
    ...(builds ? ['build', ...slugs, ...tried] : []).map((name) => [name, configured]),
    ...['check', 'test', 'lint', 'doctor', ...(runs ? ['run'] : [])].map((name) => [name, target]),
  ]) as Targets;
}
