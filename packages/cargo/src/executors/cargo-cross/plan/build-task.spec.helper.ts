import { buildOptions } from '../../../options/build-options.js';
import type { BuildTask, ConfiguredTask } from './build-task.js';
import type { RequestFacts } from './request.spec.helper.js';

/** Returns a task that builds a crate in the workspace's folder `crates/`. */
export function buildTaskWith(
  root: string,
  options: NonNullable<RequestFacts['options']> = {},
  configured: Partial<ConfiguredTask> = {},
  name = 'app',
): BuildTask {
  return {
    id: `${name}:build`,
    project: name,
    folder: `${root}/crates/${name}`,
    options: buildOptions.parse(options),
    configured: { name: undefined, profile: undefined, outputPath: undefined, ...configured },
    outputs: [],
  };
}
