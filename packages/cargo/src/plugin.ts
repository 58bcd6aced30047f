import type { PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { startPlugin } from '@millwright/toolkit/plugin';

// Nx loads the plugin in separate processes for graphs and for hooks, so each import happens only where it is needed.

export const name = '@millwright/cargo';

export const { createNodes, createDependencies } = startPlugin(name, () => import('./inference/infer.js'));

export const preTasksExecution: PreTasksExecution = async (_, context) => {
  const { hashExternalInputs } = await import('./hashing/external-inputs.js');
  const { beforeTasks } = await import('@millwright/toolkit');
  await beforeTasks(context, () => hashExternalInputs(context.workspaceRoot, context.argv));
};

export const postTasksExecution: PostTasksExecution = async (_, context) => {
  const { afterTasks } = await import('@millwright/artifacts');
  const { recordedWorkspaces } = await import('./hashing/recorded-workspaces.js');
  const { variablePrefix } = await import('./hashing/task-variables.js');
  const projects = new Set(recordedWorkspaces(context.workspaceRoot)?.projects);
  await afterTasks(context, {
    variablePrefix,
    owns: ({ target }) => projects.has(target.project),
    explained: async () => (await import('./explain/explained-plugin.js')).explainedPlugin,
  });
};
