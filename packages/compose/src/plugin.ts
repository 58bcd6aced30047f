import type { PreTasksExecution } from '@nx/devkit';
import { startPlugin } from '@millwright/toolkit/plugin';

export const name = '@millwright/compose';

export const { createNodes, createDependencies } = startPlugin(name, () => import('./inference/infer.js'));

export const preTasksExecution: PreTasksExecution = async (_, context) => {
  const { beforeTasks, logToNx } = await import('@millwright/toolkit');
  const { awaitEndingRuns } = await import('./guard/ending-runs.js');
  await beforeTasks(context, () =>
    awaitEndingRuns(context.workspaceRoot, context.argv, (text) => logToNx('log', text)),
  );
};
