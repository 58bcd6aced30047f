import { join, relative } from 'node:path';
import { readText, readWorkspaceState, writeWorkspaceState } from '@millwright/toolkit';
import { z } from 'zod';
import { cargoConfigFiles } from '../../../toolchain/cargo-config.js';
import { parseToml, type TomlTable } from '../../../manifests/toml.js';
import { taskVariables } from '../../../hashing/task-variables.js';
import { invocationFor, type InvocationContext, planArguments } from './invocation.js';
import type { BuildRequest } from './request.js';
import { groupingKey } from './grouping-key.js';
import { featuresAgree, groupByFeatures, unitFeatures, unitGraph } from '../../../cargo-cli/unit-graph.js';

/** All requests for one package. */
type Build = readonly [BuildRequest, ...BuildRequest[]];

/**
 * Splits requests of one workspace into groups that one cargo can build without changing the features of any crate.
 * The answer is cached in the Nx workspace; `groupingKey` says what invalidates it.
 */
export async function groupCompatibleBuilds(
  group: readonly BuildRequest[],
  repositoryRoot: string,
): Promise<BuildRequest[][]> {
  const byPackage = Map.groupBy(group, (request) => request.package.id);
  const builds = [...byPackage.values()].flatMap(([first, ...rest]) =>
    first ? [[first, ...rest] as const] : [],
  );
  const [first, ...others] = builds;
  if (first === undefined || others.length === 0) return builds.map((build) => [...build]);
  const key = cacheKey([first, ...others], repositoryRoot);
  const known = key === undefined ? undefined : readCachedGroups(repositoryRoot)[key];
  const groups = known ?? (await queryGroups([first, ...others]));
  // If cargo updated the lock file, the answer depends on the current state of the registry, so it is not cached.
  if (key !== undefined && !known && key === cacheKey([first, ...others], repositoryRoot))
    writeCachedGroups(repositoryRoot, key, groups);
  return groups.map((ids) => ids.flatMap((id) => byPackage.get(id) ?? []));
}

async function queryGroups(builds: readonly [Build, ...Build[]]): Promise<string[][]> {
  const [[first]] = builds;
  const { metadata, toolchain } = first;
  // Feature conflicts usually come from registry or git packages: without any, try one query for all builds first.
  if (!hasExternalPackages(metadata.workspace_root)) {
    const [, ...rest] = builds.flat();
    const { args, cwd, env } = invocationFor([first, ...rest], planContext());
    const graph = await unitGraph(toolchain.cargo, planArguments(args), cwd, env);
    if (graph && featuresAgree(graph)) return [builds.map(([{ package: pkg }]) => pkg.id)];
  }
  const known = await Promise.all(
    builds.map(async (build) => {
      const { args, cwd, env } = invocationFor(build, planContext());
      // The plan does not depend on the linker, so plain cargo answers for every strategy.
      const units = await unitFeatures(build[0].toolchain.cargo, planArguments(args), cwd, env);
      return { build: build[0].package.id, units };
    }),
  );
  return groupByFeatures(known);
}

/** Colour does not matter: the output of a plan is not shown. */
function planContext(): InvocationContext {
  return { env: process.env, color: false };
}

function hasExternalPackages(workspace: string): boolean {
  return /^source = /m.test(readText(join(workspace, 'Cargo.lock')) ?? 'source = ');
}

function cacheKey(builds: readonly [Build, ...Build[]], repositoryRoot: string): string | undefined {
  const [[{ metadata }]] = builds;
  const workspace = relative(repositoryRoot, metadata.workspace_root) || '.';
  const machineDigests = new Map<string, string | undefined>();
  for (const { triple, options } of builds.flat()) {
    const digest = process.env[taskVariables(workspace, triple).digest];
    // The task hook has no digest for a compiler that the task itself selects.
    const seen = options.toolchain === undefined && { ...process.env, ...options.env }.RUSTC === undefined;
    machineDigests.set(triple, seen ? digest : undefined);
  }
  return groupingKey(
    {
      plans: builds.map((build) => {
        const { args, env } = invocationFor(build, planContext());
        return { package: build[0].package.id, args: planArguments(args), env };
      }),
      metadata,
      machineDigests: [...machineDigests.values()],
      configFiles: cargoConfigFiles(builds[0][0].commandFolder, process.env),
      env: process.env,
    },
    { read: readText, parse: parseOrEmpty },
  );
}

/** One entry per set of tasks and configuration. */
const maxEntries = 64;

/** From key to groups of package ids, oldest entry first. */
const groupsByKey = z.record(z.string(), z.array(z.array(z.string())));
const memory = { name: 'batch-grouping', version: 1, schema: groupsByKey };

function readCachedGroups(repositoryRoot: string): z.output<typeof groupsByKey> {
  return readWorkspaceState(repositoryRoot, memory) ?? {};
}

function writeCachedGroups(repositoryRoot: string, key: string, groups: string[][]): void {
  const known = [...Object.entries(readCachedGroups(repositoryRoot)), [key, groups] as const];
  writeWorkspaceState(repositoryRoot, memory, Object.fromEntries(known.slice(-maxEntries)));
}

function parseOrEmpty(text: string): TomlTable {
  try {
    return parseToml(text);
  } catch {
    return {};
  }
}
