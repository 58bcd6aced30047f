import {
  announceArguments,
  announceRunStart,
  announceSelection,
  cachedProjectRoot,
  DigestCache,
  hashKnownInputs,
  selectionIn,
  tripleOf,
} from '@millwright/toolkit';
import { recordedModules } from '../manifests/recorded-modules.js';
import { rejectDroppedOptions } from './dropped-options.js';
import { goEnvironment } from './identity.js';
import { platformVariable, taskVariables, undeclaredPrefix } from './task-variables.js';

/**
 * Hashes everything outside the repository and passes the digests to Nx's hasher and the tasks in variables
 * (see `taskVariables`), at each run and without starting a process. Also passes on the platform and
 * program arguments of the Nx command line.
 * @param args `process.argv` of Nx
 */
export async function hashExternalInputs(workspaceRoot: string, args: readonly string[]): Promise<void> {
  announceArguments(args, process.env);
  const recorded = recordedModules(workspaceRoot);
  if (!recorded) return;
  const modules = new Set(recorded.modules);
  rejectDroppedOptions(args, (project) => modules.has(cachedProjectRoot(workspaceRoot, project) ?? ''));
  announceRunStart(workspaceRoot, process.env);
  const cache = new DigestCache();
  const found = await goEnvironment(recorded, workspaceRoot, { ...process.env }, cache);
  const libraries = found.libraries?.digest() ?? '';
  process.env[taskVariables.digest] = found.go.digest();
  process.env[taskVariables.libraries] = libraries;
  process.env[taskVariables.cgoDigest] = (await found.cgo(libraries)).digest();
  process.env[taskVariables.program] = found.toolchain?.program ?? '';
  cache.save();
  const platforms = new Map(recorded.platforms.map((one) => [tripleOf(one), [platformVariable(one)]]));
  for (const name of [...platforms.values()].flat()) process.env[name] = '';
  announceSelection(taskVariables.selection, selectionIn(args), platforms, process.env);
  await hashKnownInputs(workspaceRoot, undeclaredPrefix, process.env);
}
