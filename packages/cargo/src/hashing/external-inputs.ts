import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import {
  targetsHostCpu,
  DigestCache,
  type Environment,
  gitChanges,
  gitState,
  gitVariables,
  hashKnownInputs,
  hostCpuIdentity,
  hostCpuVariable,
  announceArguments,
  announceRunStart,
  announceSelection,
  selectionIn,
} from '@millwright/toolkit';
import { lockedPackages } from '../preflight/locked-packages.js';
import { nativeIdentities } from '../preflight/native-identity.js';
import { recordedWorkspaces } from './recorded-workspaces.js';
import { rejectDroppedOptions } from './dropped-options.js';
import { cliOverrides } from './cli-overrides.js';
import { buildEnvironment, namedToolchain } from './identity.js';
import {
  cliToolchainsVariable,
  cliOverridesVariable,
  nativeVariable,
  ownToolchainVariable,
  selectionVariable,
  taskVariables,
  variablePrefix,
} from './task-variables.js';

/**
 * Sets environment variables to digests of everything outside the repository, and of the effects of command-line
 * options, for Nx's hasher and the tasks: see `TaskVariables`. Runs before all tasks of each invocation. Starts no
 * process, unless a build reads from git whether the work tree is clean.
 * @param args Nx's `process.argv`
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export async function hashExternalInputs(workspaceRoot: string, args: readonly string[]): Promise<void> {
  const recorded = recordedWorkspaces(workspaceRoot);
  if (!recorded) return;
  announceRunStart(workspaceRoot, process.env);
  rejectDroppedOptions(args, new Set(recorded.projects));
  announceArguments(args, process.env);
  const cache = new DigestCache();
  const env = { ...process.env };
  const overrides = cliOverrides(args);
  const cpu = hostCpuIdentity();
  process.env[hostCpuVariable] = cpu;
  const configuredCpu = args.some(targetsHostCpu) ? cpu : '';
  const hashed = new Map(recorded.triples.map((triple) => [triple, [] as string[]]));
  for (const workspace of recorded.workspaces) {
    const { root, outside } = workspace;
    const folder = join(workspaceRoot, root);
    const paths = outside.map((path) => resolve(workspaceRoot, path));
    for (const triple of recorded.triples) {
      const found = await buildEnvironment(folder, workspaceRoot, triple, env, cache, paths);
      const variables = taskVariables(root, triple);
      process.env[variables.digest] = found.digest;
      process.env[variables.cDigest] = found.cDigest;
      hashed.get(triple)?.push(variables.digest);
      process.env[variables.toolchain] = found.toolchain ? JSON.stringify(found.toolchain) : '';
    }
    process.env[nativeVariable(root)] = await nativeDigest(folder, recorded.triples, env, cache);
    const resolution = overrides.resolution
      ? await (
          await import('./cli-overrides-digest.js')
        ).cliOverridesDigest(workspace, recorded, workspaceRoot, env)
      : '';
    process.env[cliOverridesVariable(root)] = `${resolution}${configuredCpu}`;
  }
  announceSelection(selectionVariable, selectionIn(args), hashed, process.env);
  const toolchain = (name: string) => namedToolchain(name, recorded.triples, env, cache);
  for (const name of recorded.toolchains) process.env[ownToolchainVariable(name)] = await toolchain(name);
  const digests = await Promise.all(overrides.toolchains.map(toolchain));
  process.env[cliToolchainsVariable] =
    digests.length === 0 ? '' : createHash('sha256').update(digests.join(' ')).digest('hex');
  for (const { folder, changes } of recorded.repositories) {
    const variables = gitVariables(folder);
    const repository = join(workspaceRoot, folder);
    process.env[variables.state] = gitState(repository);
    if (changes) process.env[variables.changes] = await gitChanges(repository);
  }
  cache.save();
  await hashKnownInputs(workspaceRoot, variablePrefix, process.env);
}

async function nativeDigest(
  folder: string,
  triples: readonly string[],
  env: Environment,
  cache: DigestCache,
): Promise<string> {
  const names = lockedPackages(folder);
  const hash = createHash('sha256');
  let any = false;
  for (const triple of triples) {
    for (const [name, identity] of await nativeIdentities(names, triple, env, cache)) {
      any = true;
      hash.update(`${triple}\0${name}\0${identity}\0`);
    }
  }
  return any ? hash.digest('hex') : '';
}
