import { basename, dirname, relative, resolve, sep } from 'node:path';
import { dotEnvFilesNaming } from '../files/dot-env.js';
import type { UndeclaredName } from './record.js';

/**
 * What a variable that a task read is as an input. Nx reads some `.env` files for single tasks, so that the hooks do
 * not see their variables: then the files are the input. Variables that Nx itself sets for tasks are none.
 * @param projectRoot the folder of the task's project, relative to the Nx workspace
 */
export function variableInputs(name: string, workspaceRoot: string, projectRoot: string): UndeclaredName[] {
  if (/^(?:NX_.*|LERNA_PACKAGE_NAME|FORCE_COLOR)$/.test(name)) return [];
  const folders = new Set([workspaceRoot, resolve(workspaceRoot, projectRoot)]);
  const files = [...folders].flatMap((folder) => dotEnvFilesNaming(name, folder));
  const ofTasks = files.filter((file) => dirname(file) !== workspaceRoot || !ofNx.has(basename(file)));
  if (ofTasks.length === 0) return [{ kind: 'variable', name }];
  return ofTasks.map((file) => ({
    kind: 'path',
    name: relative(workspaceRoot, file).split(sep).join('/'),
  }));
}

/** The files in the workspace's folder that Nx reads when it starts, for itself and for all tasks. */
const ofNx = new Set(['.env', '.env.local', '.local.env']);
