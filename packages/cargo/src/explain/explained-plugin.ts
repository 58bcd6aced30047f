import { createRequire } from 'node:module';
import { join, posix, resolve } from 'node:path';
import {
  DigestCache,
  gitChanges,
  gitState,
  gitVariables,
  knownInputStates,
  PartsHash,
  readText,
} from '@millwright/toolkit';
import type { ExplainedPlugin } from '@millwright/toolkit/explain-hook';
import { buildEnvironment, namedToolchain } from '../hashing/identity.js';
import { recordedWorkspaces, type RecordedWorkspaces } from '../hashing/recorded-workspaces.js';
import {
  cliOverridesVariable,
  cliToolchainsVariable,
  nativeVariable,
  ownToolchainVariable,
  taskVariables,
  variablePrefix,
} from '../hashing/task-variables.js';
import { lockedPackages } from '../preflight/locked-packages.js';
import { nativeIdentities } from '../preflight/native-identity.js';
import { toolchainFileNames } from '../toolchain/locate.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

type Parts = Record<string, Record<string, string>>;

/** Explains the variables of this plugin. */
export const explainedPlugin: ExplainedPlugin = { name: '@millwright/cargo', version, parts: variableParts };

/** Returns the same inputs as `hashExternalInputs` hashes, each with its name. */
async function variableParts(workspaceRoot: string): Promise<Parts> {
  const recorded = recordedWorkspaces(workspaceRoot);
  if (recorded === undefined) return {};
  const env = { ...process.env };
  const cache = new DigestCache();
  const parts: Parts = {
    [cliToolchainsVariable]: { 'toolchains selected on the command line': '' },
    ...(await knownInputStates(workspaceRoot, variablePrefix, env)),
  };
  for (const workspace of recorded.workspaces) {
    for (const triple of recorded.triples) {
      const folder = join(workspaceRoot, workspace.root);
      const outside = workspace.outside.map((path) => resolve(workspaceRoot, path));
      const found = await buildEnvironment(folder, workspaceRoot, triple, env, cache, outside);
      const { digest, cDigest } = taskVariables(workspace.root, triple);
      parts[digest] = { ...found.parts.parts(), ...toolchainFiles(workspaceRoot, workspace.root) };
      parts[cDigest] = found.cParts.parts();
    }
    parts[nativeVariable(workspace.root)] = await libraryParts(workspace, recorded, workspaceRoot, cache);
    parts[cliOverridesVariable(workspace.root)] = {
      'command-line options that change dependencies': '',
    };
  }
  for (const name of recorded.toolchains)
    parts[ownToolchainVariable(name)] = {
      [`toolchain ${name}`]: await namedToolchain(name, recorded.triples, env, cache),
    };
  for (const { folder, changes } of recorded.repositories) {
    const repository = join(workspaceRoot, folder);
    const variables = gitVariables(folder);
    parts[variables.state] = { [`commit, branch and tags of ${folder}`]: gitState(repository) };
    if (changes)
      parts[variables.changes] = { [`whether ${folder} is modified`]: await gitChanges(repository) };
  }
  cache.save();
  return parts;
}

/** Returns the files that select the toolchain. They are not in the digest, which contains the selected compiler. */
function toolchainFiles(workspaceRoot: string, folder: string): Record<string, string> {
  const hash = new PartsHash();
  for (const name of toolchainFileNames) {
    const path = posix.join(folder, name);
    const text = readText(join(workspaceRoot, path));
    if (text !== undefined) hash.add(`file ${path}`, text);
  }
  const above = folder === '.' ? {} : toolchainFiles(workspaceRoot, posix.dirname(folder));
  return { ...above, ...hash.parts() };
}

async function libraryParts(
  { root }: RecordedWorkspaces['workspaces'][number],
  { triples }: RecordedWorkspaces,
  workspaceRoot: string,
  cache: DigestCache,
): Promise<Record<string, string>> {
  const hash = new PartsHash();
  const names = lockedPackages(join(workspaceRoot, root));
  for (const triple of triples) {
    for (const [name, identity] of await nativeIdentities(names, triple, process.env, cache))
      hash.add(`system library of ${name} for ${triple}`, identity);
  }
  return hash.parts();
}
