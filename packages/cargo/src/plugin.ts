import type { CreateDependencies, CreateNodes, PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { projectFiles, requireNode } from '@millwright/toolkit/plugin';
import { endWithParent } from '@millwright/toolkit/end-with-parent';

// Nx loads the plugin in separate processes for graphs and for hooks, so each import happens only where it is needed.

export const name = '@millwright/cargo';

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
  const { hashExternalInputs } = await import('./hashing/external-inputs.js');
  const { cachedProjects, withCompleteMessage, rejectUnknownConfiguration } =
    await import('@millwright/toolkit');
  await withCompleteMessage(() => {
    rejectUnknownConfiguration(argv, () => cachedProjects(workspaceRoot));
    return hashExternalInputs(workspaceRoot, argv);
  });
};

/** Verifies and lists all results, because no code of the plugin runs when Nx restores a task from its cache. */
export const postTasksExecution: PostTasksExecution = async (_, context) => {
  const { workspaceRoot, taskResults } = context;
  const { artifactSummary, finishTasks } = await import('@millwright/artifacts');
  const { logToNx } = await import('@millwright/toolkit');
  const { recordTasks } = await import('@millwright/toolkit/explain-hook');
  const { recordedWorkspaces } = await import('./hashing/recorded-workspaces.js');
  const { variablePrefix } = await import('./hashing/task-variables.js');
  const outcomes = Object.values(taskResults);
  const checksums = await finishTasks(workspaceRoot, variablePrefix, outcomes);
  const projects = new Set(recordedWorkspaces(workspaceRoot)?.projects);
  const own = outcomes.filter(({ task }) => projects.has(task.target.project));
  const { nxJsonConfiguration: nxJson, startTime } = context;
  await recordTasks({ workspaceRoot, nxJson, startTime, outcomes: own }, async () => {
    const { explainedPlugin } = await import('./explain/explained-plugin.js');
    return explainedPlugin;
  });
  const summary = artifactSummary(checksums, own);
  if (summary !== '') await logToNx('log', `\n${summary}\n`);
};
