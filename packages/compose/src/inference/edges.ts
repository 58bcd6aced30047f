import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { artifactsFolder } from '@millwright/artifacts';
import { projectsOf } from '../manifests/mounts.js';
import type { Stack } from '../manifests/stacks.js';

/** A project graph edge from a stack to a project, by name. */
export interface StackEdge {
  readonly source: string;
  readonly target: string;
}

type Projects = Readonly<Record<string, ProjectConfiguration>>;

/**
 * Returns the edges to the projects whose artifacts a stack mounts, and to the stacks whose files it
 * includes.
 */
export function stackEdges(stacks: readonly Stack[], projects: Projects): StackEdge[] {
  const byRoot = new Map(Object.entries(projects).map(([name, { root }]) => [root, name]));
  const owners = artifactOwners(projects);
  return stacks.flatMap((stack) => {
    const source = byRoot.get(stack.root);
    if (source === undefined) return [];
    const variants = [stack.main, ...stack.variants];
    const options = projects[source]?.targets?.up?.options as { mounts?: { project: string }[] } | undefined;
    const mounted = [
      ...variants.flatMap(({ extension }) => extension.mounts ?? []),
      ...(options?.mounts ?? []),
    ];
    const targets = new Set([
      ...projectsOf(mounted).filter((project) => project in projects),
      ...variants.flatMap(({ binds }) => binds).flatMap((path) => owners.get(path) ?? []),
      ...stack.reads.flatMap((path) => byRoot.get(posix.dirname(path)) ?? []),
    ]);
    targets.delete(source);
    return [...targets].sort().map((target) => ({ source, target }));
  });
}

/**
 * Maps each file below artifacts/ to the project that builds it, according to the `outputs` of its targets
 * in each configuration.
 */
function artifactOwners(projects: Projects): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, { targets = {} }] of Object.entries(projects)) {
    for (const { outputs = [], options, configurations = {} } of Object.values(targets)) {
      for (const overrides of [{}, ...(Object.values(configurations) as object[])]) {
        const values = { ...(options as object | undefined), ...overrides } as Record<string, unknown>;
        for (const output of outputs) {
          const path = output
            .replace(/\{options\.(\w+)\}/g, (_, option: string) =>
              typeof values[option] === 'string' ? values[option] : '',
            )
            .replace(/^\{workspaceRoot\}\//, '');
          if (path.startsWith(`${artifactsFolder}/`)) owners.set(path, name);
        }
      }
    }
  }
  return owners;
}
