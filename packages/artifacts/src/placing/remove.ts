import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { isSideFile, laterFileEndings, sideFilesOf } from '../layout/layout.js';
import { parseProject } from '../layout/side-files.js';

/**
 * Removes artifacts that a build declares as outputs but did not create. Otherwise, Nx would cache and
 * restore those of an earlier build.
 * @param outputs the declared paths, relative to the Nx workspace
 * @param created the paths of the created artifacts
 * @param project the Nx project; artifacts of others are kept
 * @returns the paths of the removed artifacts
 */
export async function removeObsoleteArtifacts(
  workspaceRoot: string,
  outputs: readonly string[],
  created: readonly string[],
  project: string,
): Promise<string[]> {
  const isUnmade = (path: string) => {
    if (isSideFile(path) || created.includes(path)) return false;
    const version = readText(sideFilesOf(join(workspaceRoot, path)).version);
    return version !== undefined && parseProject(version) === project;
  };
  const unmade = outputs.filter(
    (path) => statOf(join(workspaceRoot, path))?.isFile() === true && isUnmade(path),
  );
  for (const path of unmade) {
    const artifact = join(workspaceRoot, path);
    const later = Object.values(laterFileEndings).map((ending) => `${artifact}${ending}`);
    for (const file of [artifact, ...Object.values(sideFilesOf(artifact)), ...later])
      await rm(file, { force: true });
  }
  return unmade;
}
