import { basename, dirname, relative, resolve, sep } from 'node:path';
import { dotEnvFilesThatSet } from '../files/dot-env.js';
import type { UndeclaredName } from './record.js';

/**
 * Returns the inputs that a variable read by a task represents. Nx reads some `.env` files for single tasks
 * only, so the hooks do not see their variables. In that case, the files are the inputs. Variables that Nx
 * sets for tasks are not inputs.
 * @param projectRoot the folder of the task's project, relative to the Nx workspace
 */
export function variableInputs(name: string, workspaceRoot: string, projectRoot: string): UndeclaredName[] {
  if (/^(?:NX_.*|LERNA_PACKAGE_NAME|FORCE_COLOR)$/.test(name)) return [];
  const folders = new Set([workspaceRoot, resolve(workspaceRoot, projectRoot)]);
  const files = [...folders].flatMap((folder) => dotEnvFilesThatSet(name, folder));
  const taskFiles = files.filter((file) => dirname(file) !== workspaceRoot || !ofNx.has(basename(file)));
  if (taskFiles.length === 0) return [{ kind: 'variable', name }];
  return taskFiles.map((file) => ({
    kind: 'path',
    name: relative(workspaceRoot, file).split(sep).join('/'),
  }));
}

/** Files in the workspace root that Nx reads at startup, for itself and for all tasks. */
const ofNx = new Set(['.env', '.env.local', '.local.env']);
