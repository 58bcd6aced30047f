import { basename } from 'node:path';
import { readText } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { sideFilesOf } from '../layout/layout.js';
import { foldCase } from '../layout/project-folders.js';
import { nameInSha256, parseProject } from '../layout/side-files.js';

/**
 * Rejects replacing an artifact of another project, according to its side files. A removed project does not
 * own artifacts.
 * @param isProject returns true if the workspace has a project of this name
 * @throws MillwrightError ARTIFACT_NAME_TAKEN
 */
export function checkOwner(destination: string, project: string, isProject: (name: string) => boolean): void {
  const beside = sideFilesOf(destination);
  const owner = parseProject(readText(beside.version) ?? '');
  if (owner !== undefined && owner !== project && isProject(owner)) {
    throw artifactError('ARTIFACT_NAME_TAKEN', {
      what: `${project} would overwrite ${destination}, which is an artifact of ${owner}`,
      why: 'both projects write a file with this name to the same folder',
    });
  }
  const name = basename(destination);
  const other = nameInSha256(readText(beside.sha256) ?? '');
  if (other === undefined || other === name || foldCase(other) !== foldCase(name)) return;
  throw artifactError('ARTIFACT_NAME_TAKEN', {
    what: `${destination} would overwrite ${other}`,
    why: 'the names differ only in case, and this file system ignores case',
  });
}
