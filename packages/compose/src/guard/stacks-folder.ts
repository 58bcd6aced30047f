import { join } from 'node:path';
import { checkWithinWorkspace, liesWithin, workspaceDataFolder } from '@millwright/toolkit';

/**
 * Where what is kept of stacks lies: a folder for each, named after its Compose project, with override file and run
 * record.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE where the repository has a link there that leads out of it
 */
export function stacksFolder(workspaceRoot: string): string {
  return checked(workspaceRoot, join(workspaceDataFolder(workspaceRoot), 'stacks'));
}

/** The folder of one stack. @throws MillwrightError PATH_OUTSIDE_WORKSPACE, as for all stacks */
export function stackFolder(workspaceRoot: string, projectName: string): string {
  return checked(workspaceRoot, join(stacksFolder(workspaceRoot), projectName));
}

/** A folder that the user named outside of the workspace, or one of the user's own, holds no links of a repository. */
function checked(workspaceRoot: string, folder: string): string {
  if (liesWithin(folder, [workspaceRoot])) checkWithinWorkspace(workspaceRoot, join(folder, 'file'));
  return folder;
}
