import type { ProjectConfiguration } from '@nx/devkit';
import { pathInput } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { DescriptionError } from '../vendored/vendored-crates.js';
import { placeholderTargets } from '../vendored/placeholder-targets.js';
import type { CargoRepository } from '../manifests/repository.js';
import { isWithin } from '../manifests/workspaces.js';

/** What is wrong with the description of a source of others. */
type DescriptionProblem = Pick<DescriptionError, 'folder' | 'describedIn'>;

/**
 * The projects that a mistake in a file costs, by folder: crates whose manifest cannot be read, or whose description.
 * @param projects those of all crates that can be read
 */
export function invalidProjects(
  { unreadable }: CargoRepository,
  descriptions: readonly DescriptionProblem[],
  projects: ReadonlyMap<string, ProjectConfiguration>,
  names: ReadonlyMap<string, string>,
  options: PluginOptions,
): Map<string, ProjectConfiguration> {
  const invalid = new Map<string, ProjectConfiguration>();
  for (const [folder, { name, manifest }] of unreadable) {
    invalid.set(folder, invalidProject(folder, names.get(folder) ?? name, manifest, options));
  }
  for (const { folder: source, describedIn } of descriptions) {
    for (const [folder, { name }] of projects) {
      if (source === undefined || !isWithin(folder, source)) continue;
      invalid.set(folder, invalidProject(folder, name ?? folder, describedIn, options));
    }
  }
  return invalid;
}

/**
 * A project of which no more is known than its name, because a file that describes it cannot be read. It has the
 * targets that others may depend on, and each of them fails with what is wrong with the file.
 * @param manifest the file that cannot be read
 */
function invalidProject(
  root: string,
  name: string,
  manifest: string,
  options: PluginOptions,
): ProjectConfiguration {
  const target = {
    executor: '@millwright/cargo:invalid-manifest',
    cache: false,
    inputs: [pathInput(manifest), { externalDependencies: [] }],
    options: { manifest },
    metadata: { description: `Fails, because ${manifest} cannot be read` },
  };
  return {
    root,
    name,
    projectType: 'library',
    targets: placeholderTargets({ target, builds: true, runs: true }, options),
  };
}
