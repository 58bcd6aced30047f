import type { ProjectConfiguration } from '@nx/devkit';
import { pathInput } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { VendoredSourceError } from '../vendored/vendored-crates.js';
import { placeholderTargets } from '../vendored/placeholder-targets.js';
import type { CargoRepository } from '../manifests/repository.js';
import { isWithin } from '../manifests/workspaces.js';

/** An error in a millwright.toml. */
type DescriptionProblem = Pick<VendoredSourceError, 'folder' | 'declaredIn'>;

/**
 * Returns, by folder, replacement projects for crates whose manifest or millwright.toml is invalid.
 * @param projects the projects of all valid crates
 */
export function invalidProjects(
  { unreadable }: CargoRepository,
  declarationErrors: readonly DescriptionProblem[],
  projects: ReadonlyMap<string, ProjectConfiguration>,
  names: ReadonlyMap<string, string>,
  options: PluginOptions,
): Map<string, ProjectConfiguration> {
  const invalid = new Map<string, ProjectConfiguration>();
  for (const [folder, { name, manifest }] of unreadable) {
    invalid.set(folder, invalidProject(folder, names.get(folder) ?? name, manifest, options));
  }
  for (const { folder: source, declaredIn } of declarationErrors) {
    for (const [folder, { name }] of projects) {
      if (source === undefined || !isWithin(folder, source)) continue;
      invalid.set(folder, invalidProject(folder, name ?? folder, declaredIn, options));
    }
  }
  return invalid;
}

/**
 * Returns a project for a crate of which only the name is known, because a file that defines it is invalid. Its targets
 * are those that others may depend on; each fails with the error of the file.
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
    metadata: { description: `Fails because ${manifest} is invalid` },
  };
  return {
    root,
    name,
    projectType: 'library',
    targets: placeholderTargets({ target, builds: true, runs: true }, options),
  };
}
