import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';
import { type Environment, readText } from '@millwright/toolkit';
import { LocalCrates } from './local-crates.js';
import type { RecordedWorkspaces } from './recorded-workspaces.js';
import { manifestOf } from '../manifests/manifest.js';

/**
 * Returns a digest of everything that a build in a Cargo workspace can use with any features: the lock file, the
 * manifests, all crates of the workspace, and their possible dependencies.
 * @param repositoryRoot the Nx workspace's folder, absolute
 */
export async function cliOverridesDigest(
  { root, crates }: RecordedWorkspaces['workspaces'][number],
  { workspaces }: RecordedWorkspaces,
  repositoryRoot: string,
  env: Environment,
): Promise<string> {
  const localCrates = new LocalCrates(
    repositoryRoot,
    workspaces.flatMap((workspace) => [workspace.root, ...workspace.crates]),
  );
  const closure = localCrates.closureOf(crates);
  const manifests = new Set(
    [root, ...closure.flatMap((crate) => [crate.root, crate.workspaceRoot])].map((folder) =>
      manifestOf(folder),
    ),
  );
  const hash = createHash('sha256');
  for (const path of [posix.join(root, 'Cargo.lock'), ...[...manifests].sort()])
    hash.update(`${path}\0${readText(join(repositoryRoot, path)) ?? ''}\0`);
  for (const crate of closure)
    hash.update(`${crate.root}\0${(await localCrates.stateOf(crate, env)).digest}\0`);
  localCrates.save();
  return hash.digest('hex');
}
