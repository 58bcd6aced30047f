import { hostPlatform } from '@millwright/toolkit';
import type { Task, TaskGraph } from '@nx/devkit';
import { binaryTarget } from './plan/request.spec.helper.js';

export function taskFor(project: string, target = 'build', configuration?: string): Task {
  return {
    id: [project, target, ...(configuration === undefined ? [] : [configuration])].join(':'),
    target: { project, target, ...(configuration === undefined ? {} : { configuration }) },
    projectRoot: `crates/${project}`,
    overrides: {},
    outputs: [`artifacts/${target === 'build' ? hostPlatform().platform : target}/${project}`],
    parallelism: true,
    cache: true,
  };
}

export function graphOf(tasks: readonly Task[]): TaskGraph {
  const none = () => Object.fromEntries(tasks.map(({ id }) => [id, []]));
  return {
    roots: tasks.map(({ id }) => id),
    tasks: Object.fromEntries(tasks.map((task) => [task.id, task])),
    dependencies: none(),
    continuousDependencies: none(),
  };
}

/** Returns a binary target with required features. */
export function gatedBinary(name: string, ...features: readonly string[]) {
  return binaryTarget(name, { 'required-features': features });
}
