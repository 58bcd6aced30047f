import { join, relative } from 'node:path';
import { readText, recall, remember } from '@millwright/toolkit';
import { z } from 'zod';
import { cargoConfigFiles } from '../../../toolchain/cargo-config.js';
import { parseToml, type TomlTable } from '../../../manifests/toml.js';
import { taskVariables } from '../../../hashing/task-variables.js';
import { invocationFor, type InvocationSurroundings, planArguments } from './invocation.js';
import type { BuildRequest } from './request.js';
import { groupingKey } from './grouping-key.js';
import { agreeTogether, groupAgreeing, unitFeatures, unitGraph } from '../../../cargo-cli/unit-graph.js';

/** The requests of one package. */
type Build = readonly [BuildRequest, ...BuildRequest[]];

/**
 * Splits requests of one workspace where building them together would change the features of any crate. cargo's
 * answer is kept in the Nx workspace until anything changes that it follows from.
 */
export async function buildsTogether(
  group: readonly BuildRequest[],
  repositoryRoot: string,
): Promise<BuildRequest[][]> {
  const byPackage = Map.groupBy(group, (request) => request.package.id);
  const builds = [...byPackage.values()].flatMap(([first, ...rest]) =>
    first ? [[first, ...rest] as const] : [],
  );
  const [first, ...others] = builds;
  if (first === undefined || others.length === 0) return builds.map((build) => [...build]);
  const key = keyOf([first, ...others], repositoryRoot);
  const known = key === undefined ? undefined : recalled(repositoryRoot)[key];
  const groups = known ?? (await ask([first, ...others]));
  // An answer that needed an update of the lock file depends on the registry's state today.
  if (key !== undefined && !known && key === keyOf([first, ...others], repositoryRoot))
    keep(repositoryRoot, key, groups);
  return groups.map((ids) => ids.flatMap((id) => byPackage.get(id) ?? []));
}

async function ask(builds: readonly [Build, ...Build[]]): Promise<string[][]> {
  const [[first]] = builds;
  const { metadata, toolchain } = first;
  // Features come with crates of others; among crates by path alone one question may do for all.
  if (!isLockedElsewhere(metadata.workspace_root)) {
    const [, ...rest] = builds.flat();
    const { args, cwd, env } = invocationFor([first, ...rest], planning());
    const graph = await unitGraph(toolchain.cargo, planArguments(args), cwd, env);
    if (graph && agreeTogether(graph)) return [builds.map(([{ package: pkg }]) => pkg.id)];
  }
  const known = await Promise.all(
    builds.map(async (build) => {
      const { args, cwd, env } = invocationFor(build, planning());
      // The plan does not depend on the linker, so cargo itself is asked, whatever will run.
      const units = await unitFeatures(build[0].toolchain.cargo, planArguments(args), cwd, env);
      return { build: build[0].package.id, units };
    }),
  );
  return groupAgreeing(known);
}

/** cargo is asked for a plan, which shows nothing. */
function planning(): InvocationSurroundings {
  return { env: process.env, color: false };
}

function isLockedElsewhere(workspace: string): boolean {
  return /^source = /m.test(readText(join(workspace, 'Cargo.lock')) ?? 'source = ');
}

function keyOf(builds: readonly [Build, ...Build[]], repositoryRoot: string): string | undefined {
  const [[{ metadata }]] = builds;
  const workspace = relative(repositoryRoot, metadata.workspace_root) || '.';
  const surroundings = new Map<string, string | undefined>();
  for (const { triple, options } of builds.flat()) {
    const digest = process.env[taskVariables(workspace, triple).digest];
    // A compiler that a task names itself is none that the hook has seen.
    const seen = options.toolchain === undefined && { ...process.env, ...options.env }.RUSTC === undefined;
    surroundings.set(triple, seen ? digest : undefined);
  }
  return groupingKey(
    {
      plans: builds.map((build) => {
        const { args, env } = invocationFor(build, planning());
        return { package: build[0].package.id, args: planArguments(args), env };
      }),
      metadata,
      surroundings: [...surroundings.values()],
      configFiles: cargoConfigFiles(metadata.workspace_root, process.env),
      env: process.env,
    },
    { read: readText, parse: parseOrEmpty },
  );
}

/** Each selection of tasks and each configuration is a question of its own. */
const mostAnswers = 64;

/** By key, oldest first: the ids of the packages that share a cargo. */
const answers = z.record(z.string(), z.array(z.array(z.string())));
const memory = { name: 'sharing', version: 1, schema: answers };

function recalled(repositoryRoot: string): z.output<typeof answers> {
  return recall(repositoryRoot, memory) ?? {};
}

function keep(repositoryRoot: string, key: string, groups: string[][]): void {
  const known = [...Object.entries(recalled(repositoryRoot)), [key, groups] as const];
  remember(repositoryRoot, memory, Object.fromEntries(known.slice(-mostAnswers)));
}

function parseOrEmpty(text: string): TomlTable {
  try {
    return parseToml(text);
  } catch {
    return {};
  }
}
