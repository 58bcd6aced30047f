import { join, resolve } from 'node:path';
import { DigestCache, gitState, gitVariable } from '@millwright/toolkit';
import { recordedWorkspaces } from '../graph/recorded-workspaces.js';
import { buildEnvironment } from './identity.js';
import { taskVariables } from './task-variables.js';

/**
 * Looks at all that lies outside the repository and tells Nx's hasher and the tasks through variables, at each
 * run and without a process: see `taskVariables`.
 */
export async function lookOutside(workspaceRoot: string): Promise<void> {
  const recorded = recordedWorkspaces(workspaceRoot);
  if (!recorded) return;
  const cache = new DigestCache();
  const env = { ...process.env };
  for (const { root, outside } of recorded.workspaces) {
    const folder = join(workspaceRoot, root);
    const paths = outside.map((path) => resolve(workspaceRoot, path));
    for (const triple of recorded.triples) {
      const found = await buildEnvironment(folder, workspaceRoot, triple, env, cache, paths);
      const variables = taskVariables(root, triple);
      process.env[variables.digest] = found.digest;
      process.env[variables.toolchain] = found.toolchain ? JSON.stringify(found.toolchain) : '';
    }
  }
  process.env[gitVariable] = gitState(workspaceRoot);
  cache.save();
}
