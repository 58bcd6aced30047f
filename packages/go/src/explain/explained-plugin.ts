import { createRequire } from 'node:module';
import { DigestCache, knownInputStates } from '@millwright/toolkit';
import type { ExplainedPlugin } from '@millwright/toolkit/explain-hook';
import { recordedModules } from '../manifests/recorded-modules.js';
import { goEnvironment } from '../toolchain/identity.js';
import { platformVariable, taskVariables, undeclaredPrefix } from '../toolchain/task-variables.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** Explains the variables of this plugin. */
export const explainedPlugin: ExplainedPlugin = { name: '@millwright/go', version, parts: variableParts };

/** Returns the same inputs as `hashExternalInputs` hashes, each with its name. */
async function variableParts(workspaceRoot: string): Promise<Record<string, Record<string, string>>> {
  const recorded = recordedModules(workspaceRoot);
  if (recorded === undefined) return {};
  const cache = new DigestCache();
  const { go, libraries, cgo } = await goEnvironment(recorded, workspaceRoot, process.env, cache);
  const compilers = await cgo('');
  cache.save();
  return {
    [taskVariables.digest]: go.parts(),
    [taskVariables.cgoDigest]: { ...compilers.parts(), ...libraries?.parts() },
    ...Object.fromEntries(
      recorded.platforms.map((platform) => [
        platformVariable(platform),
        { 'platform selected on the command line': '' },
      ]),
    ),
    ...(await knownInputStates(workspaceRoot, undeclaredPrefix, process.env)),
  };
}
