import type { CreateDependencies, CreateNodes, PreTasksExecution } from '@nx/devkit';
import { projectFiles, requireNode } from '@millwright/toolkit/plugin';
import { endWithParent } from '@millwright/toolkit/end-with-parent';

export const name = '@millwright/compose';

requireNode(name);

endWithParent();

export const createNodes: CreateNodes = [
  projectFiles,
  async (files, options, context) => {
    const { inferProjects } = await import('./inference/infer.js');
    return inferProjects(files, options, context);
  },
];

export const createDependencies: CreateDependencies = async (_, context) => {
  const { inferDependencies } = await import('./inference/infer.js');
  return inferDependencies(context);
};

export const preTasksExecution: PreTasksExecution = async (_, { workspaceRoot, argv }) => {
  const { cachedProjects, withCompleteMessage, rejectUnknownConfiguration, logToNx } =
    await import('@millwright/toolkit');
  const { awaitEndingRuns } = await import('./guard/ending-runs.js');
  await withCompleteMessage(() => {
    rejectUnknownConfiguration(argv, () => cachedProjects(workspaceRoot));
    return awaitEndingRuns(workspaceRoot, argv, (text) => logToNx('log', text));
  });
};
