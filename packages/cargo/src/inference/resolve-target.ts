import { pathInput, taskOutputFolder } from '@millwright/toolkit';
import type { SliceFeatures } from './crate-facts.js';
import { createHash } from 'node:crypto';
import type { CargoWorkspace } from '../manifests/model.js';
import { posix } from 'node:path';
import { nativeVariable } from '../hashing/task-variables.js';
import { configFolders } from '../manifests/config-folders.js';
import type { Targets } from '../vendored/targets.js';
import { optionInputs } from './option-inputs.js';

/** Returns the folder of a workspace's slices, relative to the Nx workspace; it has a subfolder per configuration. */
function slicesFolder(workspaceRoot: string): string {
  return taskOutputFolder('slices', workspaceRoot);
}

/** Returns the file name of a crate's slice for a target triple. */
export function sliceFile(crateRoot: string, triple: string, features: SliceFeatures): string {
  return `${shortDigest(crateRoot)}.${triple}.${features}.json`;
}

export function shortDigest(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/**
 * Returns cargo's profile for a configuration. `testing` uses the workspace's profile of that name if it exists.
 * Configurations from a millwright.toml use the release profile with other options.
 */
export function profileOf(configuration: string, workspace: CargoWorkspace): string {
  if (configuration === 'dev') return 'dev';
  if (configuration !== 'testing') return 'release';
  return workspace.profiles.includes('testing') ? 'testing' : 'test';
}
export const resolveExecutor = '@millwright/cargo:resolve';

/**
 * Returns the workspace's target that computes the slices of its crates for one configuration.
 * @param userOptions the user's settings for the target
 */
export function resolveTarget(
  workspace: CargoWorkspace,
  manifests: readonly string[],
  triples: readonly string[],
  userOptions: readonly unknown[],
): Targets {
  const folder = slicesFolder(workspace.root);
  const inWorkspace = (path: string) => pathInput(posix.join(workspace.root, path));
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: `${folder}/${name}`,
  });
  const options = { triples: [...triples] };
  const configurations = {
    release: configuration('release'),
    dev: configuration('dev'),
    testing: configuration('testing'),
  };
  return {
    resolve: {
      executor: resolveExecutor,
      cache: true,
      inputs: [
        ...manifests.map(pathInput),
        inWorkspace('Cargo.lock'),
        ...configFolders(workspace.root).map(pathInput),
        { env: nativeVariable(workspace.root) },
        { externalDependencies: [] },
        ...optionInputs({ options, configurations }, userOptions),
      ],
      outputs: ['{options.outputPath}'],
      options,
      configurations,
      defaultConfiguration: 'release',
      metadata: {
        description:
          'Computes the parts of Cargo.lock, manifests and configuration that each crate depends on',
      },
    },
  };
}
