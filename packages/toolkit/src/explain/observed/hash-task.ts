import type { ExecutorContext } from '@nx/devkit';
import { toolkitError } from '../../errors.js';
import type { HashedTask } from './observe.js';
import type { RunTask } from '../run.js';

/** The explained task and its dependencies. */
export interface HashedTasks {
  readonly task: HashedTask & Pick<RunTask, 'outputs'>;
  readonly dependencies: readonly (HashedTask & Pick<RunTask, 'outputs'>)[];
}

/**
 * Hashes a task and its dependencies as Nx would in this environment, without running them. Nx has no public API for
 * this, so this is the only module that uses internal ones, those of `nx show target` (Nx 24).
 * @throws MillwrightError EXPLAIN_UNSUPPORTED if this version of Nx has a different internal API
 */
export async function hashTask(
  {
    root,
    projectGraph,
    nxJsonConfiguration,
  }: Pick<ExecutorContext, 'root' | 'projectGraph' | 'nxJsonConfiguration'>,
  target: { readonly project: string; readonly target: string; readonly configuration?: string | undefined },
): Promise<HashedTasks> {
  try {
    const [
      { InProcessTaskHasher },
      { createTaskGraph },
      { getNxWorkspaceFilesFromContext },
      internal,
      { getTaskSpecificEnv },
    ] = await Promise.all([
      import('nx/src/hasher/task-hasher.js'),
      import('nx/src/tasks-runner/create-task-graph.js'),
      import('nx/src/utils/workspace-context.js'),
      import('@nx/devkit/internal'),
      import('nx/src/tasks-runner/task-env.js'),
    ]);
    const roots = Object.fromEntries(internal.createProjectRootMappings(projectGraph.nodes));
    const { externalReferences } = await getNxWorkspaceFilesFromContext(root, roots, false);
    const hasher = new InProcessTaskHasher(projectGraph, nxJsonConfiguration, externalReferences ?? null, {});
    const graph = createTaskGraph(
      projectGraph,
      {},
      [target.project],
      [target.target],
      target.configuration,
      {},
      false,
    );
    const tasks = Object.values(graph.tasks);
    const envs = Object.fromEntries(tasks.map((task) => [task.id, getTaskSpecificEnv(task, projectGraph)]));
    const hashes = await hasher.hashTasks(tasks, graph, envs, root, false);
    const hashed = tasks.map((task, index) => ({
      ...task,
      hash: hashes[index]?.value,
      hashDetails: hashes[index]?.details,
    }));
    const isRequested = (task: (typeof hashed)[number]) =>
      task.target.project === target.project && task.target.target === target.target;
    const task = hashed.find(isRequested);
    if (task === undefined) throw new Error(`Nx creates no task for ${target.project}:${target.target}`);
    return { task, dependencies: hashed.filter((one) => one !== task) };
  } catch (error) {
    throw toolkitError('EXPLAIN_UNSUPPORTED', {
      what: `cannot determine the hash inputs of ${target.project}:${target.target}`,
      why: error instanceof Error ? error.message : String(error),
    });
  }
}
