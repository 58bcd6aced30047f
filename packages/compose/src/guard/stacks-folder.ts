import { join } from 'node:path';
import { checkWithinWorkspace, isInAnyFolder, workspaceDataFolder } from '@millwright/toolkit';

/**
 * Returns the folder with the state of all stacks. Each stack has a subfolder, named after its Compose project, with its
 * override file and run record.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE if a link in the repository leads out of the workspace there
 */
export function stacksFolder(workspaceRoot: string): string {
  return checked(workspaceRoot, join(workspaceDataFolder(workspaceRoot), 'stacks'));
}

/** Returns the folder of one stack. @throws MillwrightError PATH_OUTSIDE_WORKSPACE as stacksFolder */
export function stackFolder(workspaceRoot: string, projectName: string): string {
  return checked(workspaceRoot, join(stacksFolder(workspaceRoot), projectName));
}

/** Checks a folder for links. A folder outside the workspace cannot contain links of the repository. */
function checked(workspaceRoot: string, folder: string): string {
  if (isInAnyFolder(folder, [workspaceRoot])) checkWithinWorkspace(workspaceRoot, join(folder, 'file'));
  return folder;
}
