import type { PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { startPlugin } from '@millwright/toolkit/plugin';

// Nx loads the plugin in separate processes for graphs and hooks, so each part imports only what it needs.

export const name = '@millwright/go';

export const { createNodes, createDependencies } = startPlugin(name, () => import('./inference/infer.js'));

export const preTasksExecution: PreTasksExecution = async (_, context) => {
  const { hashExternalInputs } = await import('./toolchain/external-inputs.js');
  const { beforeTasks } = await import('@millwright/toolkit');
  await beforeTasks(context, () => hashExternalInputs(context.workspaceRoot, context.argv));
};

export const postTasksExecution: PostTasksExecution = async (_, context) => {
  const { afterTasks } = await import('@millwright/artifacts');
  const { recordedModules } = await import('./manifests/recorded-modules.js');
  const { undeclaredPrefix } = await import('./toolchain/task-variables.js');
  const modules = new Set(recordedModules(context.workspaceRoot)?.modules);
  await afterTasks(context, {
    variablePrefix: undeclaredPrefix,
    owns: ({ projectRoot }) => modules.has(projectRoot ?? ''),
    explained: async () => (await import('./explain/explained-plugin.js')).explainedPlugin,
  });
};
