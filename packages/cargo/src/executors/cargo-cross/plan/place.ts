import { join } from 'node:path';
import { checkFolder } from '@millwright/artifacts';
import { checkWithinWorkspace, type Libc, type PlatformInfo } from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import type { CrateType } from '../../../manifests/model.js';
import { fileNames } from '../../../inference/final-files.js';
import type { CargoTarget } from '../../../cargo-cli/metadata.js';
import type { BuildTask } from './build-task.js';

/** The properties of a build that decide where its artifacts are placed. */
export interface PlacedBuild {
  readonly platform: PlatformInfo | undefined;
  readonly triple: string;
  readonly targets: readonly CargoTarget[];
}

/**
 * Rejects a task whose artifacts would be placed under a wrong platform, libc or configuration, before compiling.
 * @param workspaceRoot the Nx workspace's folder, absolute
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE, OPTION_CONTRADICTS_TARGET, OPTION_INVALID, ARTIFACT_PLACE_WRONG
 */
export function checkPlace(
  { id, options, configured }: BuildTask,
  built: PlacedBuild,
  workspaceRoot: string,
): void {
  const { profile, outputPath, installTo } = options;
  if (outputPath !== undefined) checkWithinWorkspace(workspaceRoot, join(outputPath, id));
  if (installTo !== undefined) checkWithinWorkspace(workspaceRoot, installTo);
  const isOwnProfile = configured.profile === undefined || configured.profile === profile;
  if (!isOwnProfile && outputPath === configured.outputPath) {
    throw cargoError('OPTION_CONTRADICTS_TARGET', {
      what: `${id} is configured for the profile ${configured.profile}, but --profile=${profile} was passed`,
      why: `the artifacts would be written to the folder for ${configured.profile} builds`,
      remedy: `run a configuration that uses the profile ${profile}, or pass --outputPath as well`,
    });
  }
  const files = built.targets.flatMap(({ name, crate_types: types }) =>
    types.filter((type) => ['bin', 'cdylib', 'staticlib'].includes(type)).map((type) => `${name} (${type})`),
  );
  if (installTo !== undefined && files.length > 1) {
    throw cargoError('OPTION_INVALID', {
      what: `cannot install ${files.length} files of ${id} as ${installTo}`,
      why: `${files.join(', ')} would overwrite each other`,
      remedy: 'select one binary with the option "bins"',
    });
  }
  checkNames(id, built);
  if (outputPath === undefined) return;
  checkFolder(outputPath, {
    platform: built.platform?.platform,
    libc: libcOf(built),
    configuration: isOwnProfile ? configured.name : profile,
  });
}

/** Rejects equal file names: on WebAssembly, a crate's binary and library have the same extension. */
function checkNames(id: string, { targets, triple }: PlacedBuild): void {
  const names = targets.flatMap(({ kind, name, crate_types: types }) =>
    fileNames(
      { kind: kind.includes('bin') ? 'bin' : 'lib', name, crateTypes: types as readonly CrateType[] },
      triple,
    ),
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw cargoError('ARTIFACT_NAME_TAKEN', {
    what: `${id} would write two artifacts named ${twice}`,
    why: `for ${triple}, a binary and a C library of the crate have the same file name`,
    remedy: 'rename one of them in Cargo.toml',
  });
}

function libcOf({ platform, triple }: PlacedBuild): Libc | undefined {
  return (['gnu', 'musl'] as const).find((libc) => platform?.triples[libc] === triple);
}
